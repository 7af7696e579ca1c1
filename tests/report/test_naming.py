import pytest

from layersmith.records import Candidate, Trial
from layersmith.report.naming import searched_number, trial_name, trial_names


@pytest.mark.parametrize(
    ("values", "origin", "name"),
    [
        ({"family": "conv"}, "portfolio: small VGG", "small VGG"),
        ({"family": "conv", "conv/style": "vgg"}, "tpe", "vgg conv network"),
        ({"family": "recurrent", "recurrent/cell": "gru"}, "random", "gru recurrent network"),
        ({"family": "dense"}, "tpe", "dense network"),
        ({"units": 3}, "tpe", "units=3"),
    ],
)
def test_a_candidate_has_its_published_name_or_says_what_it_is(values: dict, origin: str, name: str) -> None:
    assert trial_name(Candidate(values=values, origin=origin, number=8)) == name


def test_a_final_goes_back_to_its_trial() -> None:
    final = Trial(candidate=Candidate(values={}, origin="final of trial 12", number=30), phase="final")
    assert searched_number(final) == 12
    assert searched_number(Trial(candidate=Candidate(values={}, origin="tpe", number=5))) == 5


def test_every_trial_has_a_name(outcome) -> None:
    names = trial_names(outcome)
    assert set(names) == {trial.number for trial in outcome.trials}
    assert names[0] == "small VGG"
    assert names[4] == names[1] == "image MLP"
    assert names[5] == names[2] == outcome.answer.title


def test_the_winner_is_called_as_the_answer_calls_it(make_outcome) -> None:
    names = trial_names(make_outcome(title="the one"))
    assert names[2] == names[5] == "the one"


def test_a_final_whose_trial_is_gone_is_named_by_its_values(make_outcome) -> None:
    candidate = Candidate(values={"family": "dense"}, origin="final of trial 99", number=6)
    orphan = Trial(candidate=candidate, score=0.5, phase="final")
    trials = make_outcome().trials
    names = trial_names(make_outcome(trials=(*trials[:-1], orphan, trials[-1])))
    assert names[6] == "dense network"
