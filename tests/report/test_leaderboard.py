import math
from dataclasses import replace

import pytest

from layersmith.records import Candidate, Score, Trial
from layersmith.report.leaderboard import COLUMNS, failures, finalists, leaderboard, ranked


def test_finalists_come_first_by_their_fresh_score(outcome) -> None:
    board = leaderboard(outcome)
    assert list(board.columns) == list(COLUMNS)
    assert list(board["rank"]) == [1, 2, 3]
    assert list(board["name"]) == ["resnet conv network", "image MLP", "small VGG"]
    assert list(board["trial"]) == [2, 1, 0]
    assert list(board["phase"]) == ["final", "final", "search"]


def test_a_candidate_has_one_row_with_both_scores(outcome) -> None:
    board = leaderboard(outcome).set_index("trial")
    assert (board.loc[2, "score"], board.loc[2, "final_score"]) == (0.95, 0.94)
    assert math.isnan(board.loc[0, "final_score"])
    assert board.loc[2, "seconds"] == pytest.approx(5.0)
    assert board.loc[2, "epochs"] == 30
    assert board.loc[0, "epochs"] == 20


def test_only_the_winner_is_marked(outcome) -> None:
    assert list(leaderboard(outcome)["winner"]) == [True, False, False]


def test_without_finals_the_search_ranks(make_outcome) -> None:
    trials = make_outcome().trials[:4]
    board = leaderboard(make_outcome(trials=trials, winner=trials[1], found_by=1, title="image MLP"))
    assert list(board["trial"]) == [1, 2, 0]
    assert list(board["winner"]) == [True, False, False]
    assert board["final_score"].isna().all()


def test_an_error_ranks_the_smallest_first(make_outcome) -> None:
    board = leaderboard(make_outcome(test=Score(metric="rmse", value=1.0, num_rows=9)))
    assert list(board["trial"])[1:] == [1, 0]  # the winner leads, then the other final, then the rest


def test_the_winner_leads_even_where_a_better_finalist_could_not_be_refitted(make_outcome) -> None:
    trials = make_outcome().trials
    board = leaderboard(make_outcome(winner=trials[4], found_by=1, title="image MLP"))
    assert list(board["trial"]) == [1, 2, 0]


def test_failed_and_interrupted_trials_are_not_ranked(make_outcome) -> None:
    trials = make_outcome().trials
    cut = replace(trials[0], candidate=Candidate(values={}, origin="tpe", number=9), state="interrupted")
    undefined = replace(cut, candidate=Candidate(values={}, origin="tpe", number=10), state="complete", score=math.nan)
    board = leaderboard(make_outcome(trials=(cut, undefined, *trials)))
    assert set(board["trial"]) == {0, 1, 2}


def test_a_final_without_its_trial_still_has_a_row(make_outcome) -> None:
    trials = make_outcome().trials
    board = leaderboard(make_outcome(trials=trials[4:]))
    assert len(board) == 2
    assert board["score"].isna().all()
    assert list(board["final_score"]) == [0.94, 0.93]


def test_pairs_hold_the_trial_and_its_final(outcome) -> None:
    assert [(a.number, b and b.number) for a, b in ranked(outcome)] == [(2, 5), (1, 4), (0, None)]


def test_no_trials_give_an_empty_table_with_its_columns(outcome) -> None:
    board = leaderboard(replace(outcome, trials=()))
    assert list(board.columns) == list(COLUMNS)
    assert board.empty


def failed(number: int, reason: str) -> Trial:
    return Trial(candidate=Candidate(values={}, origin="tpe", number=number), state="failed", reason=reason)


def test_failures_are_counted_by_the_first_line_of_their_reason(make_outcome) -> None:
    trials = make_outcome().trials
    more = (failed(11, "\n  out of memory\nelsewhere"), failed(12, "not finite"), failed(13, ""))
    found = failures(make_outcome(trials=(*more, *trials)))
    assert dict(zip(found["reason"], found["count"], strict=True)) == {
        "out of memory": 2,
        "not finite": 1,
        "no reason was recorded": 1,
    }
    assert found["reason"][0] == "out of memory"
    assert found["names"][0] == "dense network, the model"


def test_refusals_are_counted_by_the_cost_that_was_too_much(make_outcome) -> None:
    over = [
        replace(failed(number, f"params is {number}00, over the limit of 90"), state="refused") for number in (11, 12)
    ]
    found = failures(make_outcome(trials=(*over, *[t for t in make_outcome().trials if t.state == "complete"])))
    assert found[["state", "reason", "count"]].to_numpy().tolist() == [["refused", "params over the limit", 2]]


def test_no_failures_are_an_empty_table(make_outcome) -> None:
    found = failures(make_outcome(trials=[trial for trial in make_outcome().trials if trial.state == "complete"]))
    assert list(found.columns) == ["state", "reason", "count", "names"]
    assert found.empty


def test_finalists_are_the_finals_best_first(outcome) -> None:
    assert [each.number for each in finalists(outcome)] == [5, 4]


def test_without_finals_the_best_of_the_search_are_drawn(make_outcome) -> None:
    trials = make_outcome().trials[:4]
    drawn = finalists(make_outcome(trials=trials, winner=trials[1], found_by=1))
    assert [each.number for each in drawn] == [1, 2, 0]
