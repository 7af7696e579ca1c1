"""The objective's own arithmetic: sums over batches, dead rows, what decides a signature."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from layersmith.engine.objective import Batch, Outputs, read_objective
from layersmith.graph import Compiled

SHAPES = ((None, 2), (None, 1))
TWO = Outputs(kind="list", names=("a", "b"), shapes=SHAPES)
ONE = Outputs(kind="tensor", names=("out",), shapes=SHAPES[1:])
RNG = np.random.default_rng(0)
Y, P = ([RNG.normal(size=(6, *shape[1:])).astype("float32") for shape in SHAPES] for _ in range(2))


def objective(**compiled):
    return read_objective(Compiled(optimizer=None, **compiled), TWO, SHAPES)


def batch(rows, live=None):
    keep = None if live is None else (jnp.arange(len(rows)) < live).astype(jnp.float32)
    parts = ([part[rows] for part in group] for group in (Y, P))
    targets, outputs = parts
    return Batch(targets=targets, outputs=outputs, masks=[None] * 2, sample_weight=[None] * 2, rows=keep)


def epoch(found, batches):
    sums = found.zero()
    for each in batches:
        losses = found.losses(each)
        sums = found.count(sums, each, found.total(losses, found.numbers), losses)
    return {name: float(value) for name, value in found.logs(sums).items()}


def test_an_epoch_reports_each_loss_their_weighted_sum_and_metrics():
    found = objective(loss=["mse", "mae"], loss_weights=[0.5, 2.0], metrics=[["mae"], None])
    logs = epoch(found, [batch(np.arange(4)), batch(np.array([4, 5, 0, 0]), live=2)])
    a, b = np.mean((Y[0] - P[0]) ** 2), np.mean(np.abs(Y[1] - P[1]))
    expected = {"loss": 0.5 * a + 2.0 * b, "a_mae": np.mean(np.abs(Y[0] - P[0])), "a_loss": a, "b_loss": b}
    assert logs == pytest.approx(expected, rel=1e-5)


def test_one_term_has_no_key_of_its_own():
    assert set(epoch(objective(loss=["mse", None]), [batch(np.arange(6))])) == {"loss"}


def test_nothing_seen_is_no_division_by_zero():
    assert epoch(objective(loss="mse"), []) == {"loss": 0.0, "a_loss": 0.0, "b_loss": 0.0}


def test_a_batch_passes_through_transformations_of_jax():
    leaves, struct = jax.tree.flatten(batch(np.arange(4), live=3))
    assert len(leaves) == 5
    assert jax.tree.unflatten(struct, leaves).rows.shape == (4,)


def test_numbers_of_weights_are_no_part_of_the_signature_and_names_are():
    first = objective(loss="mse", loss_weights=0.5)
    assert first.signature == objective(loss="mse", loss_weights=2.0).signature
    assert first.signature != objective(loss="mse").signature
    renamed = Outputs(kind="list", names=("c", "d"), shapes=SHAPES)
    compiled = Compiled(optimizer=None, loss="mse", loss_weights=0.5)
    assert first.signature != read_objective(compiled, renamed, SHAPES).signature


def test_the_name_of_a_single_output_is_no_part_of_the_signature():
    compiled = Compiled(optimizer=None, loss={"out": "mse"})
    other = Outputs(kind="tensor", names=("other",), shapes=ONE.shapes)
    same = Compiled(optimizer=None, loss={"other": "mse"})
    signatures = [read_objective(*pair, [(None, 1)]).signature for pair in ((compiled, ONE), (same, other))]
    assert signatures[0] == signatures[1]


@pytest.mark.parametrize(
    ("loss", "depends"),
    [
        ("mse", False),
        ({"class_name": "MeanSquaredError", "config": {"reduction": "sum"}}, True),
        ({"class_name": "MeanSquaredError", "config": {"reduction": "mean_with_sample_weight"}}, True),
    ],
    ids=str,
)
def test_reductions_tell_whether_a_mean_depends_on_batches(loss, depends):
    assert objective(loss=loss).depends_on_batches is depends
