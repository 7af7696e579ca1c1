import pytest

import layersmith.keras_tuner as kt


class BlackBox(kt.Tuner):
    """A tuner that trains nothing: `evaluate` is the objective."""

    evaluate = staticmethod(lambda hp: hp.Float("x", -1, 1, step=0.5) ** 2)

    def run_trial(self, trial, *args, **kwargs):
        return self.evaluate(trial.hyperparameters)


@pytest.fixture
def kept_box(tmp_path):
    """Make a tuner of an oracle and a function of hyperparameters."""

    def make(oracle, evaluate=None, kind=BlackBox, **arguments):
        if evaluate is not None:
            kind = type("OneBox", (kind,), {"evaluate": staticmethod(evaluate)})
        arguments = {"directory": tmp_path, "project_name": "project", **arguments}
        tuner = kind(oracle, **arguments)
        tuner.oracle.verbose = 0
        return tuner

    return make


@pytest.fixture
def black_box(kept_box):
    """Make the same, but for a search that is not written anywhere."""

    def make(oracle, *arguments, **named):
        tuner = kept_box(oracle, *arguments, **named)
        oracle.set_project(None)
        return tuner

    return make
