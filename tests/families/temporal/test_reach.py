import pytest

from layersmith.families.temporal.reach import branching, shrinking


def test_published_kernels():
    assert shrinking(8, 1000) == (8, 5, 3)
    assert branching(40, 1000) == (40, 20, 10)


@pytest.mark.parametrize("rule", [shrinking, branching])
@pytest.mark.parametrize("longest", [1, 2, 3, 8, 64])
@pytest.mark.parametrize("steps", [1, 2, 8, 30])
def test_kernels_never_exceed_the_series_and_never_vanish(rule, longest, steps):
    sizes = rule(longest, steps)
    assert sizes == tuple(sorted(sizes, reverse=True))
    assert sizes[-1] >= 1
    assert sizes[0] == min(longest, steps)
