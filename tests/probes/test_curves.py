import math

import numpy as np
import pytest
from tests.probes.calibration import CALIBRATION, HEALTHY_CALIBRATION
from tests.probes.check import CHECK, HEALTHY_CHECK
from tests.probes.records import facts, record
from tests.probes.trainings import is_right, verdict_of

from layersmith.engine.compiled import CompiledEngine
from layersmith.errors import DataError
from layersmith.probes import Cause, VerdictKind, judge

EPOCHS = np.arange(1, 61)
LEARNED = 0.1 + 0.9 * np.exp(-EPOCHS / 5)
RISING = LEARNED + 0.01 * np.maximum(EPOCHS - 15, 0)


def wrong(cases):
    """The cases whose verdict is not right, with what it was."""
    engine = CompiledEngine()
    verdicts = [(case, verdict_of(engine, case)) for case in cases]
    return [
        f"{case.name}: {verdict.kind}, {verdict.causes}" for case, verdict in verdicts if not is_right(case, verdict)
    ]


def test_a_training_of_each_cause_is_judged_right():
    firsts = {case.cause: case for case in reversed(CHECK)}
    assert len(wrong(firsts.values())) <= 1


def test_healthy_runs_raise_no_alarm():
    assert not wrong(HEALTHY_CHECK[:4])


@pytest.mark.slow
@pytest.mark.parametrize("cases", [CALIBRATION, CHECK], ids=["calibration", "unseen"])
def test_nine_in_ten_of_the_trainings_with_a_known_cause_are_judged_right(cases):
    missed = wrong(cases)
    assert len(missed) <= 0.1 * len(cases), "\n".join(missed)


@pytest.mark.slow
@pytest.mark.parametrize("cases", [HEALTHY_CALIBRATION, HEALTHY_CHECK], ids=["calibration", "unseen"])
def test_no_healthy_run_raises_an_alarm(cases):
    assert not wrong(cases)


@pytest.mark.parametrize(
    ("training", "known", "kind", "cause"),
    [
        (record(LEARNED, LEARNED + 0.05), {}, "good fit", None),
        (record(LEARNED, LEARNED + 0.05, stopped="patience"), {"copies": 20}, "good fit", "leakage"),
        (record(LEARNED - 0.1, RISING), {}, "over-fitted", "too few rows"),
        (record(LEARNED + 0.4, LEARNED + 0.4), {"reachable_loss": 0.2}, "under-fitted", "capacity"),
        (record(LEARNED + 0.4, LEARNED + 0.4), {"reachable_loss": 0.48}, "good fit", None),
        (record(LEARNED + 0.4, LEARNED + 0.4), {}, "good fit", None),
        (record(1 - 0.2 * (1 - LEARNED), [1.0] * 60), {}, "over-fitted", "label noise"),
        (record([0.93] * 60, [1.0] * 60), {}, "under-fitted", "capacity"),
        (record([0.93] * 60, [0.97] * 60), {"reachable_loss": 0.97}, "good fit", None),
        (record(LEARNED[:8], LEARNED[:8]), {}, "still improving", "too few epochs"),
        (record(1.0 - 0.005 * EPOCHS, 1.0 - 0.005 * EPOCHS), {}, "still improving", "learning rate too low"),
        (record([1.0] * 60, [1.0] * 60), {}, "under-fitted", "dead units"),
        (record([1.0] * 60, [1.0] * 60), {"regularised": True}, "under-fitted", "over-regularised"),
        (record([0.5, 2.0, math.nan], stopped="diverged"), {}, "diverged", "learning rate too high"),
        (record([1.0, 9.0, 9.0, 9.0, 9.0]), {"input_scale": 300.0}, "diverged", "unnormalised inputs"),
        (record(0.5 + 0.2 * np.cos(2.0 * EPOCHS)), {}, "unstable", "learning rate too high"),
    ],
)
def test_curves_of_each_kind(training, known, kind, cause):
    verdict = judge(training, facts(**known))
    assert verdict.kind == kind
    assert verdict.causes[:1] == (() if cause is None else (cause,))
    assert len(verdict.advice) == len(verdict.causes)
    assert verdict.words.startswith(kind.capitalize())
    assert all(math.isfinite(value) for value in verdict.evidence.values())


def test_folds_are_judged_together_and_their_agreement_told():
    bad = record(LEARNED - 0.1, RISING)
    verdict = judge([bad, bad, record(LEARNED, LEARNED)], facts())
    assert verdict.kind is VerdictKind.OVER_FITTED
    assert verdict.evidence["agreement"] == pytest.approx(2 / 3)


def test_without_validation_only_training_is_judged():
    verdict = judge(record(LEARNED), facts())
    assert verdict.kind is VerdictKind.GOOD_FIT
    assert "gap" not in verdict.evidence


def test_memorised_labels_cost_accuracy():
    accuracy = tuple(np.concatenate([np.linspace(0.4, 0.8, 20), np.linspace(0.8, 0.65, 40)]))
    verdict = judge(record(LEARNED - 0.1, RISING, val_accuracy=accuracy), facts())
    assert verdict.causes == (Cause.LABEL_NOISE,)
    assert "epoch 15" in verdict.advice[0]


def test_accuracy_of_the_largest_class_alone_is_said():
    training = record(LEARNED, LEARNED, val_accuracy=(0.95,) * 60)
    assert judge(training, facts(constant_accuracy=0.95)).causes == (Cause.CLASS_IMBALANCE,)
    assert judge(training, facts(constant_accuracy=0.6)).causes == ()


@pytest.mark.parametrize("trainings", [[], [record(())], [record(LEARNED), record(())]])
def test_nothing_to_judge_is_said(trainings):
    with pytest.raises(DataError, match="without a loss"):
        judge(trainings, facts())
