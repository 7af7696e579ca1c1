import pytest

from layersmith.keras_tuner.engine.hypermodel import HyperModel, get_hypermodel
from layersmith.keras_tuner.errors import FatalValueError
from layersmith.space import HyperParameters


class Wide(HyperModel):
    def build(self, hp):
        return hp.Int("units", 8, 64, default=16)


def test_entries_are_added_to_the_space():
    hp = HyperParameters()
    assert Wide().build(hp) == 16
    assert len(hp.space) == 1


def test_unless_it_is_not_tunable():
    hp = HyperParameters()
    assert Wide(name="fixed", tunable=False).build(hp) == 16
    assert hp.space == []
    hp.Int("units", 8, 64, default=24)
    assert Wide(tunable=False).build(hp) == 24


def test_a_subclass_must_say_how_a_model_is_made():
    with pytest.raises(NotImplementedError, match="HyperModel does not say in build"):
        HyperModel().build(HyperParameters())


def test_a_function_becomes_a_hypermodel():
    made = get_hypermodel(lambda hp: hp.Int("units", 8, 64))
    assert made.build(HyperParameters()) == 8
    assert made.tunable
    made.declare_hyperparameters(HyperParameters())


def test_a_hypermodel_stays_what_it_is():
    wide = Wide()
    assert get_hypermodel(wide) is wide
    assert get_hypermodel(None) is None


def test_anything_else_is_refused():
    with pytest.raises(FatalValueError, match="the hypermodel is 3, a int"):
        get_hypermodel(3)


def test_batch_size_and_epochs_may_be_hyperparameters(monkeypatch):
    seen = []
    monkeypatch.setattr("layersmith.keras_tuner.engine.hypermodel.train", lambda *given: seen.append(given))
    hp = HyperParameters()
    hp.values = {"batch_size": 4, "epochs": 3, "other": 9}
    wide = Wide()
    wide.fit(hp, "model", 1, 2, epochs=7)
    assert seen == [("model", (1, 2), {"epochs": 7}, wide.engine, {"batch_size": 4, "epochs": 3})]
