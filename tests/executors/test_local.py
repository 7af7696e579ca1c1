"""Tasks on this machine's cores."""

import threading

import pytest

from layersmith.executors import Lineup, LocalExecutor, count_cores


def test_as_many_tasks_run_at_once_as_there_are_workers():
    both = threading.Barrier(2, timeout=10)
    with LocalExecutor(2) as executor:
        futures = [executor.submit(both.wait) for _ in range(2)]
        assert sorted(future.result() for future in futures) == [0, 1]


def test_one_worker_a_core_is_the_default():
    with LocalExecutor() as executor:
        assert executor.workers == count_cores() >= 1


def test_leaving_waits_for_what_runs_and_drops_the_rest():
    ran, gate = [], threading.Event()

    def first():
        gate.wait(10)
        ran.append("first")

    with LocalExecutor(1) as executor:
        running = executor.submit(first)
        while not running.running():
            pass
        waiting = executor.submit(lambda: ran.append("second"))
        threading.Timer(0.05, gate.set).start()
    assert ran == ["first"]
    assert waiting.cancelled()


def test_a_task_that_fails_raises_where_it_is_taken():
    with LocalExecutor(1) as executor:
        lineup = Lineup(executor, ordered=True)
        lineup.add(lambda: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            lineup.take()


@pytest.mark.parametrize("workers", [1, 2, 3, 4])
def test_an_ordered_search_asks_with_the_same_knowledge_on_any_number_of_cores(workers):
    known, asked_knowing = [], []
    with LocalExecutor(workers) as executor:
        lineup = Lineup(executor, ordered=True)
        for number in range(9):
            while not lineup.has_room:
                known.append(lineup.take())
            asked_knowing.append(list(known))
            lineup.add(lambda number=number: number)
        while len(lineup):
            known.append(lineup.take())
    assert known == list(range(9))
    assert [len(each) for each in asked_knowing] == [0, 0, 0, 0, 1, 2, 3, 4, 5]


def test_an_unordered_lineup_gives_what_ends_first():
    gate = threading.Event()
    with LocalExecutor(2) as executor:
        lineup = Lineup(executor, ordered=False)
        lineup.add(lambda: gate.wait(10) and "slow")
        lineup.add(lambda: "fast")
        assert not lineup.has_room
        assert lineup.take() == "fast"
        assert lineup.has_room
        gate.set()
        assert lineup.take() == "slow"
