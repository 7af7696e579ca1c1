import keras_tuner
import pytest

import layersmith.keras_tuner as kt


def plain(hp):
    hp.Choice("optimizer", ["adam", "sgd", "rmsprop"], default="sgd")
    hp.Int("units", 8, 24, step=8)
    hp.Boolean("bias", default=True)


def conditional(hp):
    hp.Choice("kind", ["dense", "conv"])
    with hp.conditional_scope("kind", ["conv"]):
        hp.Int("size", 3, 5, step=2, default=5)
        hp.Boolean("pool")
    with hp.conditional_scope("kind", ["dense"]):
        hp.Choice("units", [8, 16])
    hp.Float("rate", 0.25, 0.75, step=0.25)  # KerasTuner loses the last of the steps that binary numbers round down


def off_grid(hp):
    hp.Int("units", 8, 24, step=8, default=10)
    hp.Fixed("batch", 32)


def grid_of(package, build, folder):
    """Return the values in the order in which a search tries them."""

    class Box(package.Tuner):
        def run_trial(self, trial, *args, **kwargs):
            return 1.0

    tuner = Box(package.oracles.GridSearchOracle(), build, directory=folder, project_name=package.__name__)
    tuner.search(verbose=0)
    return [trial.hyperparameters.values for trial in tuner.oracle.trials.values()]


@pytest.mark.filterwarnings("ignore:(currentThread|getName)")
@pytest.mark.parametrize("build", [plain, conditional, off_grid])
def test_the_grid_and_its_order_are_keras_tuners(build, tmp_path):
    ours, theirs = (grid_of(package, build, tmp_path) for package in (kt, keras_tuner))
    assert len(ours) == len(theirs)
    for mine, peer in zip(ours, theirs, strict=True):
        assert mine == pytest.approx(peer)


def test_a_grid_that_grows_repeats_nothing_and_misses_nothing(black_box):
    def late(hp):
        layers = hp.Int("layers", 1, 3)
        return sum(hp.Choice(f"units_{layer}", [8, 16]) for layer in range(layers))

    tuner = black_box(kt.oracles.GridSearchOracle(), late)
    tuner.search()
    tried = [tuple(trial.hyperparameters.values.items()) for trial in tuner.oracle.trials.values()]
    assert len(set(tried)) == len(tried)
    used = {tuple(value for name, value in values[: 1 + values[0][1]]) for values in tried}
    assert len(used) == 2 + 4 + 8


def test_max_trials_cut_it_short(black_box):
    tuner = black_box(kt.oracles.GridSearchOracle(max_trials=4), lambda hp: hp.Int("x", 1, 9))
    tuner.search()
    assert [trial.score for trial in tuner.oracle.trials.values()] == [1, 2, 3, 4]
