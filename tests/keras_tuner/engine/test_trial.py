import json

from layersmith.keras_tuner.engine.trial import Trial, TrialStatus
from layersmith.space import HyperParameters


def made():
    hp = HyperParameters()
    hp.Int("units", 8, 64)
    trial = Trial(hp, trial_id="0003", status=TrialStatus.COMPLETED)
    trial.metrics.update("val_loss", 0.5, step=2)
    trial.score, trial.best_step, trial.number, trial.curves = 0.5, 2, 3, [{"val_loss": [0.7, 0.6, 0.5]}]
    return trial


def test_its_state_survives_json():
    again = Trial.from_state(json.loads(json.dumps(made().get_state())))
    assert again.get_state() == made().get_state()
    assert again.hyperparameters.space == made().hyperparameters.space


def test_its_summary_has_values_and_score(capsys):
    made().summary()
    assert capsys.readouterr().out == "Trial 0003 summary\nHyperparameters:\nunits: 8\nScore: 0.5\n"


def test_the_summary_of_a_failed_one_says_why(capsys):
    trial = Trial(HyperParameters(), status=TrialStatus.FAILED, message="too large")
    trial.summary()
    assert capsys.readouterr().out.endswith("default configuration\ntoo large\n")


def test_values_alone(capsys):
    made().display_hyperparameters()
    assert capsys.readouterr().out == "units: 8\n"


def test_names_are_made_up_where_none_is_given():
    assert Trial(HyperParameters()).trial_id != Trial(HyperParameters()).trial_id
