from dataclasses import replace

import pytest

from layersmith.records import Candidate, Score
from layersmith.report.page import render_report
from layersmith.report.sections import sections
from layersmith.report.sections.training import training_section
from layersmith.space import HyperParameters
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
    assert found[0] == {"name": "a", "class": "Conv1D", "shape": "any × 8", "params": "1,234", "macs": "–"}
    assert (found[1]["shape"], found[1]["params"]) == ("1", "–")


def test_without_facts_the_parameters_are_the_winners(make_outcome) -> None:
    found = sections(make_outcome(facts={}))["architecture"]
    assert (found["layers"], found["line"], found["total"]) == ([], "", "1,000")


@pytest.mark.parametrize("stopped", ["finished", "patience", "time", "diverged", "interrupted"])
def test_every_reason_to_stop_is_a_sentence(make_outcome, stopped) -> None:
    refit = replace(make_outcome().answer.refit, stopped=stopped)
    said = sections(make_outcome(refit=refit))["training"]["stopped"]
    assert " " in said


def test_what_a_model_costs_is_told_and_a_lower_bound_said_to_be_one(make_outcome) -> None:
    cost = {"params": 5001, "trainable_params": 5000, "macs": 12_345, "model_bytes": 20_004, "activation_bytes": 64,
            "training_bytes": 99, "unknown": []}  # fmt: skip
    known = dict(sections(make_outcome(facts={"cost": cost}))["architecture"]["cost"])
    assert known["Multiply-accumulates of a prediction"] == "12,345"
    assert known["Weights"] == "20 kB"
    least = dict(sections(make_outcome(facts={"cost": {**cost, "unknown": ["a"]}}))["architecture"]["cost"])
    assert least["Multiply-accumulates of a prediction"] == "at least 12,345"


def test_candidates_carry_scores_values_and_origin(outcome) -> None:
    board = sections(outcome)["search"]["board"]
    first, second, third = board["rows"]
    assert first[:5] == [1, "resnet conv network", [0.95, "95.0 %"], [0.94, "94.0 %"], 5000]
    assert first[9] == 1
    names = board["hyperparameters"]
    assert [names[second[10][0]], *second[10][1:2], names[second[10][2]], second[10][3]] == [
        "family", "dense", "learning_rate", "0.001235",
    ]  # fmt: skip
    assert (third[3], third[8]) == ([None, ""], "portfolio: small VGG")


def test_candidates_that_were_stopped_early_are_counted(make_outcome) -> None:
    base = make_outcome()
    found = sections(make_outcome(trials=(replace(base.trials[0], state="pruned"), *base.trials[1:])))["search"]
    assert (found["stopped_early"], len(found["board"]["rows"])) == (1, 2)


def test_validation_scores_say_what_they_rest_on(make_outcome) -> None:
    assert sections(make_outcome())["search"]["validated"] == "about 287 rows"
    base = make_outcome()
    folds = replace(base.trials[0], trainings=base.trials[0].trainings * 3)
    assert sections(make_outcome(trials=(folds, *base.trials[1:])))["search"]["validated"] == "1,437 rows in 3 folds"


def test_with_few_trials_nothing_is_said_of_importance(outcome) -> None:
    found = sections(outcome)["reasons"]
    assert found["too_few"].startswith("Trained to the end: 3 candidates.")
    assert (found["importance"], found["marginals"], found["together"]) == (None, [], None)


def test_with_enough_trials_importance_marginals_and_an_interaction_are_drawn(make_outcome) -> None:
    hp = HyperParameters()
    hp.Int("units", 1, 64)
    hp.Choice("activation", ["relu", "tanh"])
    base = make_outcome()
    trials = [
        replace(
            base.trials[1],
            candidate=Candidate(
                values={"units": n, "activation": ("relu", "tanh")[n % 2]}, origin="gp", number=100 + n
            ),
            score=n / 100,
        )
        for n in range(1, 65)
    ]
    found = sections(replace(base, trials=(*base.trials, *trials), space=hp))["reasons"]
    assert found["too_few"] == ""
    assert [chart.identifier for chart in found["marginals"]] == ["marginal-0", "marginal-1"]
    assert "units and activation" in found["together"].caption


def test_a_run_that_kept_no_test_rows_has_no_errors(outcome) -> None:
    assert sections(outcome)["errors"] is None


def test_many_classes_are_counted_instead_of_listed(make_outcome) -> None:
    facts = dict(sections(make_outcome(data={"classes": [f"c{i}" for i in range(100)]}))["data"]["facts"])
    assert facts["Classes"].endswith("c29 and 70 more")


def test_what_is_not_known_of_the_data_is_left_out(make_outcome) -> None:
    found = sections(make_outcome(data={"kind": "table", "task": "multiregression", "classes": ["a", "b"]}))["data"]
    assert found == {
        "facts": [("Kind", "table"), ("Task", "multiregression"), ("Targets", "a, b")],
        "classes": [],
        "more_classes": 0,
        "missing": [],
        "notes": [],
        "warnings": [],
    }


def test_what_was_counted_is_told_also_where_nothing_was_found(make_outcome) -> None:
    profile = {"class_counts": [["no", 75], ["yes", 25]], "repeated": 0, "shared": 3, "missing": [["age", 10]],
               "telling": []}  # fmt: skip
    found = sections(make_outcome(data={**make_outcome().data, "rows": 100, "profile": profile}))["data"]
    assert dict(found["facts"])["Rows that repeat another"] == "none"
    assert dict(found["facts"])["Shared with the test"] == "3 rows, not trained on"
    assert dict(found["facts"])["With missing values"] == "1 column"
    assert found["classes"] == [("no", "75", "75.0 %", 100.0), ("yes", "25", "25.0 %", 33.3)]
    assert found["missing"] == [("age", "10", "10.0 %", 100.0)]


def test_a_column_that_gives_the_target_away_is_a_warning(make_outcome) -> None:
    profile = {"class_counts": [], "repeated": 0, "shared": 0, "missing": [], "telling": [["code", 1.0]]}
    found = sections(
        make_outcome(data={**make_outcome().data, "kind": "table", "task": "regression", "profile": profile})
    )["data"]
    assert found["warnings"][0].startswith("code alone explains 100.0 % of what a constant gets wrong")
    assert dict(found["facts"])["Columns that give the target away"] == "1 column"


def test_the_run_can_be_repeated(outcome) -> None:
    found = sections(outcome)["reproduce"]
    assert found["seed"] == "7"
    assert found["versions"] == [("python", "3.11"), ("keras", "3.15")]
    assert found["folder"] == str(outcome.folder.path)


def test_a_winner_that_is_simpler_than_the_best_scored_finalist_says_so(make_outcome) -> None:
    base = make_outcome()
    complex_one = replace(base.trials[4], score=0.95, params=301_066)
    outcome = make_outcome(trials=(*base.trials[:4], complex_one, base.trials[5]))
    assert training_section(outcome)["simpler_than"] == "image MLP (95.0 %, 301,066 parameters)"
    assert "the winner is the simpler of the two" in " ".join(render_report(outcome).split())
    assert training_section(base)["simpler_than"] == ""
    assert "simpler of the two" not in render_report(base)
