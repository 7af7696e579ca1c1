import pytest

from layersmith.cost import measure_latency


class Machine:
    """A prediction whose runs take given seconds, the last of them from then on, and the clock beside it."""

    def __init__(self, *seconds):
        self.seconds, self.now, self.runs = seconds, 0.0, 0

    def predict(self):
        self.now += self.seconds[min(self.runs, len(self.seconds) - 1)]
        self.runs += 1

    def clock(self):
        return self.now


def measured(*seconds):
    machine = Machine(*seconds)
    return measure_latency(machine.predict, clock=machine.clock), machine.runs


def test_the_runs_of_the_warm_up_do_not_count():
    assert measured(9.0, 5.0, 2.0, 0.001) == (pytest.approx(1.0), 103)


def test_the_median_forgives_a_hiccup():
    milliseconds, _ = measured(0.0, 0.0, 0.0, 0.2, 0.01)
    assert milliseconds == pytest.approx(10.0)


@pytest.mark.parametrize(("seconds", "runs"), [(0.0001, 103), (0.0099, 54), (0.125, 8), (30.0, 8)])
def test_slow_predictions_are_measured_less_often(seconds, runs):
    assert measured(seconds) == (pytest.approx(1000 * seconds), runs)


def test_a_real_call_takes_some_time():
    assert measure_latency(lambda: sum(range(1000))) > 0
