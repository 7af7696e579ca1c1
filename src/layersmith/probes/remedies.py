"""What to do about a verdict, in words and amounts: a sentence for each suspected cause."""

from collections.abc import Mapping, Sequence

from layersmith.probes.causes import Cause
from layersmith.probes.measures import Measures

__all__ = ["remedies"]

_LARGE_GAP = 0.6  # of the constant's loss: then half of the units are dropped, not a quarter


def remedies(causes: Sequence[Cause], measures: Measures) -> tuple[str, ...]:
    """Return the advice for each cause.

    Args:
        causes: What is suspected.
        measures: What was measured; amounts follow from it.

    Example:
        >>> from layersmith.probes.facts import Facts
        >>> from layersmith.probes.measures import measure
        >>> from layersmith.records import Training
        >>> record = Training(curves={"loss": (2.0,)}, best_epoch=1, planned_epochs=1, seconds=1.0, stopped="finished")
        >>> facts = Facts(constant_loss=1.0, train_rows=64, validation_rows=16, learning_rate=0.1)
        >>> print(*remedies([Cause.RATE_TOO_LOW], measure(record, facts)))
        raise the learning rate to about 1, or let find_learning_rate measure it
    """
    amounts = _amounts(measures)
    return tuple(_WORDS[cause].format(facts=measures.facts, **amounts) for cause in causes)


def _amounts(measures: Measures) -> dict[str, str]:
    facts, large = measures.facts, measures.gap > _LARGE_GAP
    known = facts.learning_rate > 0
    return {
        "epoch": f"{measures.best_epoch:.0f}",
        "epochs": f"{2 * measures.epochs:.0f} to {4 * measures.epochs:.0f}",
        "lower": f"to about {facts.learning_rate / 10:.2g}" if known else "to a tenth",
        "higher": f"to about {facts.learning_rate * 10:.2g}" if known else "to ten times that",
        "regularisation": "dropout 0.5, L2 1e-3" if large else "dropout 0.25, L2 1e-4",
        "size": f" ({facts.params:,} parameters for {facts.train_rows:,} rows)" if facts.params else "",
        "leak": f"{facts.copies:,} of {facts.validation_rows:,} validation rows are training rows too: split by copies"
        if facts.copies
        else "validation is better than plausible: look for a feature that holds the target, or is known only after it",
    }


_WORDS: Mapping[Cause, str] = {
    Cause.CAPACITY: "use more width or depth{size}: double the units, then add a hidden layer with a nonlinear "
    "activation",
    Cause.CLASS_IMBALANCE: "{facts.constant_accuracy:.0%} of the rows are of one class, and accuracy is that of always "
    "saying it: judge by ROC AUC or average precision, and weight the classes",
    Cause.DEAD_UNITS: "where no gradient reaches the weights: use leaky_relu, gelu or silu, biases that start at zero, "
    "and he_normal or glorot_uniform kernels",
    Cause.LABEL_NOISE: "check the labels of the rows with the largest loss; keep the weights of epoch {epoch}, before "
    "labels were memorised; use fewer units, label smoothing or a robust loss such as Huber's",
    Cause.LEAKAGE: "{leak}",
    Cause.OVER_REGULARISED: "divide the penalty by 10 and halve the dropout rate",
    Cause.RATE_TOO_HIGH: "lower the learning rate {lower}, or let find_learning_rate measure it; clip the gradient "
    "norm at 1",
    Cause.RATE_TOO_LOW: "raise the learning rate {higher}, or let find_learning_rate measure it",
    Cause.TOO_FEW_EPOCHS: "train longer: {epochs} epochs, stopped by patience",
    Cause.TOO_FEW_ROWS: "keep the weights of epoch {epoch}; regularise ({regularisation}) or halve the units; more "
    "than {facts.train_rows:,} rows, or augmented ones, help most",
    Cause.UNNORMALISED: "scale the inputs: a feature has a mean or deviation of {facts.input_scale:.3g}; put a "
    "Normalization layer first",
}
