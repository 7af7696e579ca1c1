"""Elastic-net penalty on kernels: `l1 * sum(|w|) + l2 * sum(w^2)`, absent where both are zero."""

from keras import regularizers

__all__ = ["penalty"]


def penalty(l1: float, l2: float) -> regularizers.Regularizer | None:
    """Return Keras' regulariser, or None where nothing is penalised.

    Example:
        >>> penalty(0.0, 0.0) is None
        True
        >>> penalty(0.0, 0.5).get_config()
        {'l1': 0.0, 'l2': 0.5}
    """
    if not l1 and not l2:
        return None
    return regularizers.L1L2(l1=l1, l2=l2)
