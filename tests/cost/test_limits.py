import numpy as np
import pytest

from layersmith.cost import Limits, parse_limits
from layersmith.errors import BudgetError, UnknownNameError
from layersmith.records import Cost


def cost(**changes):
    figures = {"params": 1_000, "trainable_params": 900, "macs": 5_000, "model_bytes": 4_000}
    return Cost(**{**figures, "activation_bytes": 640, "training_bytes": 2_000, **changes})


def test_no_limit_refuses_nothing():
    assert Limits().check(cost()) is None
    assert Limits().check_latency(1e9) is None
    assert parse_limits({}) == Limits()


@pytest.mark.parametrize(
    ("name", "value"), [("params", 1_000), ("macs", 5_000), ("model_bytes", 4_000), ("activation_bytes", 640)]
)
def test_a_limit_holds_what_is_above_it(name, value):
    assert parse_limits({name: value}).check(cost()) is None
    reason = parse_limits({name: value - 1}).check(cost())
    assert reason == f"{name} is {value:,}, over the limit of {value - 1:,}"


def test_latency_is_checked_by_itself():
    limits = parse_limits({"latency_ms": 1.0})
    assert limits.check(cost()) is None
    assert limits.check_latency(1.0) is None
    assert limits.check_latency(1.2345) == "latency_ms is 1.23, over the limit of 1.0"


def test_the_first_limit_that_is_broken_is_named():
    assert parse_limits({"macs": 1, "params": 1}).check(cost()).startswith("params")


@pytest.mark.parametrize("name", ["macs", "activation_bytes"])
def test_a_limit_that_cannot_be_checked_is_not_kept(name):
    partly = cost(unknown=("the work of Lambda 'scale'",))
    reason = parse_limits({name: 10**9}).check(partly)
    assert reason == f"{name} cannot be held to 1,000,000,000: the work of Lambda 'scale' is not known"
    assert parse_limits({"params": 10**9, "model_bytes": 10**9}).check(partly) is None


def test_an_unknown_name_is_refused_with_the_nearest():
    with pytest.raises(UnknownNameError, match=r"'parms'\n.*activation_bytes, latency_ms, macs.*\n.*'params'"):
        parse_limits({"parms": 10})


@pytest.mark.parametrize("limit", [0, -1, float("nan"), "50k", True, [1]])
def test_a_limit_is_a_number_above_zero(limit):
    with pytest.raises(BudgetError, match="the limit of params is"):
        parse_limits({"params": limit})


def test_numbers_of_numpy_are_limits_too():
    assert parse_limits({"params": np.int64(999)}).check(cost()) is not None
    assert parse_limits({"params": np.float32(1e6)}).check(cost()) is None
