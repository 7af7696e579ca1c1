import pytest

import layersmith.keras_tuner as kt


def values_of(tuner):
    return [trial.hyperparameters.values for trial in tuner.oracle.trials.values()]


def test_it_stops_when_there_are_no_other_values(black_box):
    tuner = black_box(kt.oracles.RandomSearchOracle(max_trials=50), lambda hp: hp.Int("a", 0, 2) + hp.Boolean("b"))
    tuner.search()
    assert sorted((values["a"], values["b"]) for values in values_of(tuner)) == [
        (a, b) for a in range(3) for b in (0, 1)
    ]


def test_values_are_drawn_over_the_whole_scale(black_box):
    tuner = black_box(
        kt.oracles.RandomSearchOracle(max_trials=60, seed=2), lambda hp: hp.Float("r", 1e-4, 1, sampling="log")
    )
    tuner.search()
    small = sum(values["r"] < 1e-2 for values in values_of(tuner))
    assert 18 <= small <= 42


def test_inactive_values_are_not_recorded(black_box):
    def build(hp):
        kind = hp.Choice("kind", ["dense", "conv"])
        with hp.conditional_scope("kind", ["conv"]):
            hp.Int("size", 1, 9)
        return 1.0 if kind == "conv" else 2.0

    tuner = black_box(kt.oracles.RandomSearchOracle(max_trials=8, seed=1), build)
    tuner.search()
    assert {frozenset(values) for values in values_of(tuner)} == {frozenset({"kind"}), frozenset({"kind", "size"})}


@pytest.mark.parametrize("place", [0, 2])
def test_other_oracles_of_the_same_seed_draw_the_same(black_box, place):
    drawn = []
    for _ in range(2):
        tuner = black_box(kt.oracles.RandomSearchOracle(max_trials=3, seed=5), lambda hp: hp.Float("x", 0, 1))
        tuner.search()
        drawn.append(values_of(tuner)[place])
    assert drawn[0] == drawn[1]


def test_the_default_is_ten_trials():
    assert kt.oracles.RandomSearchOracle().max_trials == 10
