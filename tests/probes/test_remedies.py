import pytest
from tests.probes.records import facts, record

from layersmith.probes.causes import Cause
from layersmith.probes.measures import measure
from layersmith.probes.remedies import remedies

KNOWN = {"learning_rate": 0.01, "params": 1234, "input_scale": 50.0, "constant_accuracy": 0.9}


@pytest.mark.parametrize("cause", Cause)
@pytest.mark.parametrize("known", [{}, KNOWN])
def test_every_cause_has_a_remedy(cause, known):
    (said,) = remedies([cause], measure(record([1.0, 0.5], [1.0, 0.9]), facts(**known)))
    assert said
    assert "{" not in said


def test_amounts_follow_from_what_is_known():
    known = measure(record([1.0, 0.5], [1.0, 0.9]), facts(**KNOWN))
    unknown = measure(record([1.0, 0.5], [1.0, 0.9]), facts())
    assert "0.001" in remedies([Cause.RATE_TOO_HIGH], known)[0]
    assert "a tenth" in remedies([Cause.RATE_TOO_HIGH], unknown)[0]
    assert "1,234 parameters for 500 rows" in remedies([Cause.CAPACITY], known)[0]
    assert "4 to 8 epochs" in remedies([Cause.TOO_FEW_EPOCHS], known)[0]


@pytest.mark.parametrize(("held", "dropout"), [(0.9, "0.25"), (1.4, "0.5")])
def test_a_larger_gap_wants_more_regularisation(held, dropout):
    measured = measure(record([0.5], [held]), facts())
    assert f"dropout {dropout}" in remedies([Cause.TOO_FEW_ROWS], measured)[0]
