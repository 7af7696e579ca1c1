import math

import pytest

from layersmith.records import Interval, Score
from layersmith.report.words import answer_paragraphs, answer_text, verdict_sentence
from layersmith.study.answer import Baseline


def score(value: float, low: float, high: float, metric: str = "accuracy") -> Score:
    return Score(metric=metric, value=value, num_rows=360, interval=Interval(low=low, high=high))


BOOSTING = Baseline(name="gradient boosting", score=score(0.9, 0.87, 0.93))
CONSTANT = Baseline(name="a constant (the class shares)", score=score(0.1, 0.07, 0.14))


def verdict(make_outcome, test: Score, *baselines: Baseline) -> str:
    return verdict_sentence(make_outcome(test=test, baselines=baselines or (CONSTANT, BOOSTING)).answer)


def test_a_win_beyond_doubt(make_outcome) -> None:
    said = verdict(make_outcome, score(0.97, 0.95, 0.99))
    assert said == "The winner beats gradient boosting beyond doubt: the intervals do not overlap."


def test_a_probable_win(make_outcome) -> None:
    said = verdict(make_outcome, score(0.95, 0.91, 0.97))
    assert said.startswith("The winner is probably better than gradient boosting, not certainly")


def test_a_tie(make_outcome) -> None:
    assert "cannot tell the winner from gradient boosting" in verdict(make_outcome, score(0.91, 0.88, 0.94))


def test_a_probable_loss(make_outcome) -> None:
    said = verdict(make_outcome, score(0.86, 0.82, 0.89))
    assert said.startswith("Gradient boosting is probably better on these rows: use that, or give the search more")


def test_a_loss_says_what_to_use_instead(make_outcome) -> None:
    said = verdict(make_outcome, score(0.8, 0.75, 0.85))
    assert said == "Gradient boosting is better on these rows: use that, or give the search more time or more rows."


def test_the_strongest_baseline_counts_wherever_it_stands(make_outcome) -> None:
    assert "gradient boosting" in verdict(make_outcome, score(0.97, 0.95, 0.99), BOOSTING, CONSTANT)


@pytest.mark.parametrize(
    ("test", "said"),
    [
        (score(0.10, 0.07, 0.14), "the inputs may say little about the target"),
        (score(0.06, 0.03, 0.08), "Even a constant (the class shares) is probably better: do not use this model"),
        (score(0.01, 0.00, 0.03), "Even a constant (the class shares) is better: do not use this model"),
    ],
)
def test_a_model_no_better_than_a_constant_is_not_recommended(make_outcome, test: Score, said: str) -> None:
    assert said in verdict(make_outcome, test, CONSTANT)


def test_without_baselines_there_is_no_verdict(make_outcome) -> None:
    outcome = make_outcome(baselines=())
    assert verdict_sentence(outcome.answer) == ""
    assert "On the same rows" not in answer_text(outcome)


def test_the_text_holds_every_fact(outcome) -> None:
    text = answer_text(outcome)
    assert text.startswith("Resnet conv network, found by the search, won: 1,000 parameters, trained for 40 epochs")
    for fact in (
        "on 1,437 rows",
        "On 360 test rows that no decision had seen, its accuracy is 98.9 % (95 % interval 97.2 to 99.6 %).",
        "logistic regression has 92.0 % (89.0 to 94.5 %)",
        "a constant (the class shares) has 10.3 %",
        "beyond doubt",
        "The search tried 4 candidates; the whole run took 1:15 min.",
    ):
        assert fact in text


def test_a_published_winner_is_cited(make_outcome) -> None:
    assert "(Wang 2017) won" in answer_text(make_outcome(source="Wang 2017"))


def test_an_interrupted_search_says_so(make_outcome) -> None:
    assert "interrupted" in answer_text(make_outcome(interrupted=True))
    assert "interrupted" not in answer_text(make_outcome())


def test_one_candidate_is_in_the_singular(make_outcome) -> None:
    assert "tried 1 candidate;" in answer_text(make_outcome(num_trials=1))


def test_paragraphs_add_up_to_the_text(outcome) -> None:
    paragraphs = answer_paragraphs(outcome.answer)
    assert len(paragraphs) == 3
    assert " ".join(paragraphs) == answer_text(outcome)


def test_an_error_is_told_in_its_own_label_and_unit(make_outcome) -> None:
    ridge = Baseline(name="ridge regression", score=score(0.08, 0.07, 0.09, "mape"))
    text = answer_text(make_outcome(test=score(0.0342, 0.031, 0.038, "mape"), baselines=(ridge,)))
    assert "its mean absolute percentage error is 3.42 % (95 % interval 3.10 to 3.80 %)" in text
    assert "On the same rows ridge regression has 8.00 % (7.00 to 9.00 %)." in text
    assert "beats ridge regression beyond doubt" in text


def test_a_score_without_interval_stands_alone(make_outcome) -> None:
    text = answer_text(make_outcome(test=Score(metric="rmse", value=2.5, num_rows=3), baselines=()))
    assert "its root mean squared error is 2.500." in text


def test_a_score_that_is_not_defined_is_said_so(make_outcome) -> None:
    text = answer_text(make_outcome(test=Score(metric="auc", value=math.nan, num_rows=3)))
    assert "is not defined." in text
    assert "beats" not in text
