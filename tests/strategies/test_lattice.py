import numpy as np
import pytest

from layersmith.space import Choice, Float, HyperParameters, Int, complete, fingerprint, sample, validate
from layersmith.strategies.lattice import Lattice, position
from layersmith.strategies.moves import mutate
from layersmith.testing.strategies import conditional_space, small_space


@pytest.fixture
def lattice():
    return Lattice(conditional_space().space)


def test_drawn_rows_are_whole_candidates(lattice):
    for codes in lattice.activate(lattice.draw(200, np.random.default_rng(0))):
        validate(conditional_space(), lattice.values_of(codes.tolist()))


def test_conditions_hold_in_rows_as_in_candidates(lattice):
    # Each row of levels, read with `complete`, has the same active entries.
    latent = lattice.draw(100, np.random.default_rng(1))
    for codes in lattice.activate(latent):
        values = lattice.values_of(codes.tolist())
        assert complete(conditional_space(), values) == values


def test_of_namesakes_the_first_active_one_counts():
    hp = HyperParameters()
    hp.Choice("kind", ["a", "b"])
    hp.Int("units", 1, 3, parent_name="kind", parent_values="a")
    hp.Int("units", 5, 9, parent_name="kind", parent_values=["a", "b"])
    codes = Lattice(hp.space).activate(np.array([[0, 1, 1], [1, 1, 1]]))
    assert codes.tolist() == [[0, 1, -1], [1, -1, 1]]


def test_a_condition_on_namesakes_looks_at_the_active_one():
    hp = HyperParameters()
    hp.Choice("kind", ["a", "b"])
    hp.Int("layers", 1, 2, parent_name="kind", parent_values="a")
    hp.Int("layers", 2, 3, parent_name="kind", parent_values="b")
    hp.Boolean("residual", parent_name="layers", parent_values=[2])
    codes = Lattice(hp.space).activate(np.array([[0, 1, 1, 0], [1, 1, 0, 0], [0, 0, 0, 0]]))
    assert codes.tolist() == [[0, 1, -1, 0], [1, -1, 0, 0], [0, 0, -1, -1]]


def test_a_candidate_is_found_where_it_lies(lattice):
    rng = np.random.default_rng(2)
    for _ in range(50):
        codes = lattice.activate(lattice.draw(1, rng))
        located = lattice.locate(lattice.values_of(codes[0].tolist()))
        assert (lattice.nearest(located[None]) == codes).all()
        assert (np.isnan(located) == (codes[0] < 0)).all()


def test_candidates_off_the_levels_are_near_one(lattice):
    rng, space = np.random.default_rng(3), conditional_space()
    for _ in range(50):
        values = sample(space, rng)
        [codes] = lattice.nearest(lattice.locate(values)[None])
        near = lattice.values_of(codes.tolist())
        assert near.keys() == values.keys()
        assert near["rate"] == pytest.approx(values["rate"], rel=0.12)


@pytest.mark.parametrize("values", [{"deep": True, "layers": 9}, {"deep": "yes"}])
def test_a_candidate_outside_the_ranges_lies_nowhere(values):
    assert Lattice(small_space().space).locate(values) is None


def test_an_entry_the_candidate_lacks_counts_with_its_default():
    lattice = Lattice(small_space().space)
    assert lattice.locate({"deep": True, "other": 3}).tolist() == [1.0, 0.0]


def test_long_lines_have_few_levels_with_both_ends():
    entry = Float(name="rate", min_value=1e-4, max_value=1e-1, sampling="log")
    [levels] = Lattice([entry]).levels
    assert len(levels) == 33
    assert (levels[0], levels[-1]) == (1e-4, 1e-1)
    [whole] = Lattice([Int(name="epochs", min_value=5, max_value=2000, sampling="log")]).levels
    assert len(whole) <= 33
    assert (whole[0], whole[-1]) == (5, 2000)


def test_a_parent_keeps_all_its_values():
    hp = HyperParameters()
    hp.Int("layers", 1, 100)
    hp.Boolean("residual", parent_name="layers", parent_values=[41])
    lattice = Lattice(hp.space)
    assert lattice.num_levels.tolist() == [100, 2]
    assert lattice.activate(np.array([[40, 1], [41, 1]])).tolist() == [[40, 1], [41, -1]]


@pytest.mark.parametrize(
    ("entry", "value", "expected"),
    [
        (Choice(name="a", values=("x", "y", "z")), "z", 2.0),
        (Choice(name="a", values=(8, 16, 64)), 16, 0.5),
        (Int(name="a", min_value=2, max_value=6), 3, 0.25),
        (Float(name="a", min_value=1e-4, max_value=1.0, sampling="log"), 1e-2, 0.5),
        (Float(name="a", min_value=3.0, max_value=3.0), 3.0, 0.0),
    ],
)
def test_positions(entry, value, expected):
    assert position(entry, value) == pytest.approx(expected)


def test_a_space_without_entries():
    lattice = Lattice([])
    assert lattice.activate(lattice.draw(3, np.random.default_rng(0))).shape == (3, 0)
    assert lattice.locate({}).shape == (0,)


# Moves.


def test_a_move_changes_one_active_entry_and_what_depends_on_it(lattice):
    rng, parents = np.random.default_rng(0), {"kind", "layers", "pool"}
    codes = lattice.activate(lattice.draw(300, rng))
    for before, after in zip(codes, mutate(lattice, codes, rng), strict=True):
        old, new = lattice.values_of(before.tolist()), lattice.values_of(after.tolist())
        validate(conditional_space(), new)
        assert fingerprint(old) != fingerprint(new)
        changed = {name for name in old.keys() & new.keys() if old[name] != new[name]}
        if not changed & parents:
            assert len(changed) == 1
            assert old.keys() == new.keys()


def test_moves_of_ordered_entries_are_mostly_short():
    lattice = Lattice([Int(name="units", min_value=0, max_value=40)])
    codes = np.full((500, 1), 20)
    far = np.abs(mutate(lattice, codes, np.random.default_rng(0)) - 20)
    assert far.min() == 1
    assert np.median(far) <= 5
    assert far.max() > 15


def test_every_other_category_is_reached():
    lattice = Lattice([Choice(name="activation", values=("relu", "tanh", "gelu"))])
    moved = mutate(lattice, np.ones((100, 1), int), np.random.default_rng(0))
    assert set(moved.ravel().tolist()) == {0, 2}
