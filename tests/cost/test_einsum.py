import pytest

from layersmith.cost.einsum import num_terms


@pytest.mark.parametrize(
    ("equation", "operands", "expected"),
    [
        ("ij,jk->ik", [(3, 4), (4, 5)], 60),
        ("ij,jk", [(3, 4), (4, 5)], 60),
        ("bij, bjk -> bik", [(1, 3, 4), (1, 4, 5)], 60),
        ("...ij,...jk->...ik", [(1, 2, 3, 4), (1, 2, 4, 5)], 120),
        ("...ij,jk->...ik", [(1, 2, 3, 4), (4, 5)], 120),
        ("i,i->", [(7,), (7,)], 7),
        ("ij,kj->ik", [(3, 1), (5, 4)], 60),  # an axis of 1 is repeated
        ("i,j->ij", [(3,), (4,)], 0),
        ("ij,ij", [(3, 4), (3, 4)], 12),
        ("...,...->...", [(3, 4), (3, 4)], 0),
    ],
)
def test_terms_are_all_combinations_of_indices_where_one_is_summed(equation, operands, expected):
    assert num_terms(equation, operands) == expected
