from dataclasses import replace

import pytest

from layersmith.records import Score
from layersmith.report.sections import sections
from layersmith.study.answer import Baseline


def test_scores_lead_with_the_winner_and_then_the_reference(outcome) -> None:
    found = sections(outcome)["scores"]
    assert found["names"] == ["resnet conv network", "logistic regression", "a constant (the class shares)"]
    assert [bar.is_winner for bar in found["bars"]] == [True, False, False]
    assert found["direction"] == "longer is better"


def test_an_error_says_that_shorter_is_better(make_outcome) -> None:
    outcome = make_outcome(test=Score(metric="rmse", value=1.0, num_rows=9), baselines=())
    assert sections(outcome)["scores"]["direction"] == "shorter is better"


def test_further_metrics_stand_beside_each_other_with_gaps_where_one_is_missing(make_outcome) -> None:
    ours = Score(metric="accuracy", value=0.9, num_rows=9, extra={"auc": 0.95, "f1": 0.8})
    theirs = Baseline(name="b", score=Score(metric="accuracy", value=0.8, num_rows=9, extra={"auc": 0.85}))
    found = sections(make_outcome(test=ours, baselines=(theirs,)))["scores"]["extra"]
    assert found == [("area under the ROC curve", ["0.9500", "0.8500"]), ("F1", ["0.8000", "–"])]


def test_layers_are_told_without_the_batch(make_outcome) -> None:
    layers = [
        {"name": "a", "class": "Conv1D", "output_shape": [None, None, 8], "params": 1234},
        {"name": "b", "class": "Flatten", "output_shape": [None], "params": 0},
    ]
    found = sections(make_outcome(facts={"layers": layers}))["architecture"]["layers"]
    assert found[0] == {"name": "a", "class": "Conv1D", "shape": "any × 8", "params": "1,234"}
    assert (found[1]["shape"], found[1]["params"]) == ("1", "–")


def test_without_facts_the_parameters_are_the_winners(make_outcome) -> None:
    found = sections(make_outcome(facts={}))["architecture"]
    assert (found["layers"], found["line"], found["total"]) == ([], "", "1,000")


@pytest.mark.parametrize("stopped", ["finished", "patience", "time", "diverged", "interrupted"])
def test_every_reason_to_stop_is_a_sentence(make_outcome, stopped) -> None:
    refit = replace(make_outcome().answer.refit, stopped=stopped)
    said = sections(make_outcome(refit=refit))["training"]["stopped"]
    assert " " in said


def test_candidates_carry_scores_values_and_origin(outcome) -> None:
    first, second, third = sections(outcome)["candidates"]
    assert (first["shown_score"], first["shown_final"], first["winner"]) == ("95.0 %", "94.0 %", True)
    assert second["values"] == [("family", "dense"), ("learning_rate", "0.001235")]
    assert (third["shown_final"], third["origin"]) == ("", "portfolio: small VGG")


def test_many_classes_are_counted_instead_of_listed(make_outcome) -> None:
    facts = dict(sections(make_outcome(data={"classes": [f"c{i}" for i in range(100)]}))["data"]["facts"])
    assert facts["Classes"].endswith("c29 and 70 more")


def test_what_is_not_known_of_the_data_is_left_out(make_outcome) -> None:
    found = sections(make_outcome(data={"kind": "table", "task": "multiregression", "classes": ["a", "b"]}))["data"]
    assert found == {
        "facts": [("Kind", "table"), ("Task", "multiregression"), ("Targets", "a, b")],
        "notes": [],
        "warnings": [],
    }


def test_the_run_can_be_repeated(outcome) -> None:
    found = sections(outcome)["reproduce"]
    assert found["seed"] == "7"
    assert found["versions"] == [("python", "3.11"), ("keras", "3.15")]
    assert found["folder"] == str(outcome.folder.path)
