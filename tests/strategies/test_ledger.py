import numpy as np
import pytest

from layersmith.errors import SpaceError
from layersmith.records import Candidate, Trial
from layersmith.space import HyperParameters
from layersmith.strategies.ledger import Ledger, first_new
from layersmith.testing.strategies import conditional_space, small_space


def test_candidates_are_numbered_in_order_with_the_origin_of_the_strategy():
    ledger, given = Ledger(small_space(), "mine"), iter([{"deep": False}, {"deep": True, "layers": 2}])
    assert list(ledger.ask(2, lambda number, is_new: next(given))) == [
        Candidate(values={"deep": False}, origin="mine", number=0),
        Candidate(values={"deep": True, "layers": 2}, origin="mine", number=1),
    ]


def test_asking_stops_where_nothing_is_proposed():
    assert list(Ledger(small_space(), "mine").ask(3, lambda number, is_new: None)) == []


def test_the_proposer_is_given_the_number_and_the_test_for_new_values():
    ledger = Ledger(small_space(), "mine")
    ledger.record(Candidate(values={"deep": False}, origin="else", number=6))
    seen = []

    def propose(number, is_new):
        seen.append((number, is_new({"deep": False}), is_new({"deep": True, "layers": 2})))

    list(ledger.ask(1, propose))
    assert seen == [(7, False, True)]


def test_a_queued_candidate_that_was_recorded_since_is_skipped():
    ledger = Ledger(small_space(), "mine")
    ledger.enqueue({"deep": False}, "user")
    ledger.record(Candidate(values={"deep": False}, origin="user", number=0))
    assert list(ledger.ask(1, lambda number, is_new: None)) == []


def test_a_value_out_of_range_names_entry_value_and_range():
    with pytest.raises(SpaceError, match=r"'layers' has the value 9\n.*from 2 to 5"):
        Ledger(small_space(), "mine").enqueue({"deep": True, "layers": 9}, "user")


def test_the_last_candidate_left_is_found():
    hp = HyperParameters()
    hp.Int("number", 1, 5000)
    assert first_new((), hp, np.random.default_rng(0), lambda values: values["number"] == 4321) == {"number": 4321}


def test_a_space_without_end_gives_up_after_a_bounded_number_of_draws():
    tries = []
    assert first_new((), conditional_space(), np.random.default_rng(0), lambda values: bool(tries.append(1))) is None
    assert len(tries) == 100


def test_an_empty_space_has_one_candidate():
    ledger = Ledger(HyperParameters(), "mine")

    def propose(number, is_new):
        return first_new((), HyperParameters(), np.random.default_rng(0), is_new)

    assert [dict(candidate.values) for candidate in ledger.ask(3, propose)] == [{}]


def test_proposals_come_before_draws():
    proposals = [{"deep": False}, {"deep": True, "layers": 4}, {"deep": True, "layers": 5}]
    found = first_new(proposals, small_space(), np.random.default_rng(0), lambda values: values != proposals[0])
    assert found == proposals[1]


def test_where_no_proposal_is_new_one_is_drawn():
    hp = HyperParameters()
    hp.Float("rate", 0.0, 1.0)
    assert first_new([{"rate": 0.5}], hp, np.random.default_rng(0), lambda values: values["rate"] != 0.5)


def test_results_are_found_by_their_values():
    ledger = Ledger(small_space(), "mine")
    trial = Trial(candidate=Candidate(values={"deep": True, "layers": 3}, origin="x", number=4), score=0.5)
    ledger.tell([trial, Trial(candidate=Candidate(values={"deep": False}, origin="x", number=5), state="interrupted")])
    assert ledger.result_of({"layers": 3, "deep": True}) is trial
    assert ledger.result_of({"deep": False}) is None
    assert not ledger.is_new({"deep": False})


def test_the_first_result_counts():
    ledger, candidate = Ledger(small_space(), "mine"), Candidate(values={"deep": False}, origin="x")
    ledger.tell([Trial(candidate=candidate, state="interrupted")])
    ledger.tell([Trial(candidate=candidate, score=0.5)])
    ledger.tell([Trial(candidate=candidate, score=0.7)])
    assert ledger.trials[0].score == 0.5


def test_where_the_space_grows_what_was_tried_has_the_default():
    space = small_space()
    ledger = Ledger(space, "mine")
    trial = Trial(candidate=Candidate(values={"deep": False}, origin="x"), score=0.5)
    ledger.tell([trial])
    assert not ledger.is_new({"deep": False})
    space.Boolean("bias", default=True)
    assert not ledger.is_new({"deep": False, "bias": True})
    assert ledger.is_new({"deep": False, "bias": False})
    assert ledger.result_of({"deep": False, "bias": True}) is trial
