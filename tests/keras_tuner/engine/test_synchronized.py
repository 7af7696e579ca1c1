import threading

import pytest

from layersmith.keras_tuner.engine.synchronized import synchronized


class Counter:
    def __init__(self):
        self.inside = self.most = self.count = 0

    @synchronized
    def add(self):
        """Add one."""
        self.inside += 1
        self.most = max(self.most, self.inside)
        self.nested()
        self.inside -= 1

    @synchronized
    def nested(self):
        self.count += 1

    @synchronized
    def fail(self):
        raise ValueError("no")


def test_one_call_at_a_time():
    counter = Counter()
    threads = [threading.Thread(target=lambda: [counter.add() for _ in range(200)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (counter.most, counter.count) == (1, 800)


def test_a_call_that_fails_lets_the_next_one_in():
    counter = Counter()
    with pytest.raises(ValueError, match="no"):
        counter.fail()
    thread = threading.Thread(target=counter.add)
    thread.start()
    thread.join(timeout=10)
    assert counter.count == 1


def test_another_object_does_not_wait():
    one, other, done = Counter(), Counter(), threading.Event()

    class Blocked(Counter):
        @synchronized
        def add(self):
            threading.Thread(target=lambda: (other.add(), done.set())).start()
            assert done.wait(timeout=10)

    Blocked().add()
    assert (one.count, other.count) == (0, 1)


def test_it_keeps_name_and_words():
    assert (Counter.add.__name__, Counter.add.__doc__) == ("add", "Add one.")
