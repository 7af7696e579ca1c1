"""The garbage collector is held off inside a block and as it was after it."""

import gc
import threading

import pytest

from layersmith.engine.collector import collector_paused, sparing_garbage


@pytest.fixture(autouse=True)
def enabled_again():
    yield
    gc.enable()


def test_pauses_nest():
    with collector_paused():
        with collector_paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_a_collector_that_was_off_stays_off():
    gc.disable()
    with collector_paused(), collector_paused():
        pass
    assert not gc.isenabled()


def test_an_error_lets_it_run_again():
    with pytest.raises(ZeroDivisionError), collector_paused():
        _ = 1 / 0
    assert gc.isenabled()


def test_pauses_overlap_in_threads():
    entered, leave = threading.Event(), threading.Event()

    def pause():
        with collector_paused():
            entered.set()
            leave.wait()

    with collector_paused():
        other = threading.Thread(target=pause)
        other.start()
        entered.wait()
    assert not gc.isenabled()
    leave.set()
    other.join()
    assert gc.isenabled()


def test_a_pause_thaws_nothing_that_a_search_spares():
    with sparing_garbage():
        frozen = gc.get_freeze_count()
        with collector_paused():
            pass
        assert gc.get_freeze_count() > frozen / 2 > 0  # some may end meanwhile, by being let go
    assert gc.get_freeze_count() == 0


def test_a_pause_thaws_nothing_that_somebody_else_froze():
    gc.freeze()
    frozen = gc.get_freeze_count()
    with collector_paused():
        pass
    assert gc.get_freeze_count() > frozen / 2 > 0
    gc.unfreeze()
