import keras
import numpy as np
import pytest
from keras import constraints, layers

from layersmith.engine.fit import fit
from layersmith.engine.unsupported import Unsupported
from layersmith.testing.lowerings import lowered

_EACH = [
    constraints.MaxNorm(0.5),
    constraints.MinMaxNorm(0.4, 0.9, rate=0.5),
    constraints.NonNeg(),
    constraints.UnitNorm(axis=[0, 1]),
]
_RECURRENT = {"kernel_constraint": _EACH[0], "recurrent_constraint": _EACH[1], "bias_constraint": _EACH[2]}


def _model():
    keras.utils.set_random_seed(2)
    return keras.Sequential(
        [
            keras.Input((4, 3)),
            layers.SeparableConv1D(3, 2, depthwise_constraint=_EACH[2], pointwise_constraint=_EACH[3]),
            layers.DepthwiseConv1D(2, padding="same", depthwise_constraint=_EACH[1]),
            layers.BatchNormalization(gamma_constraint=_EACH[2], beta_constraint=_EACH[0]),
            layers.TimeDistributed(layers.Dense(3, kernel_constraint=_EACH[3])),
            layers.Bidirectional(layers.GRU(2, **_RECURRENT, return_sequences=True)),
            layers.Bidirectional(layers.LSTM(2, **_RECURRENT, trainable=False), merge_mode="sum"),
            layers.Dense(1, kernel_constraint=_EACH[0]),
        ]
    )


def test_weights_are_constrained_as_model_fit_does(plain):
    source, results = np.random.default_rng(0), []
    x, y = source.normal(size=(20, 4, 3)).astype("float32"), source.normal(size=(20, 1)).astype("float32")
    for train in (fit, keras.Model.fit):
        model = _model()
        model.compile(keras.optimizers.SGD(0.3), "mse")
        train(model, x, y, epochs=2, batch_size=8, shuffle=False, verbose=0)
        results.append(model.get_weights())
    for mine, theirs in zip(*results, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-4, atol=1e-5)


def test_every_role_is_found():
    network, _ = lowered(_model())
    assert set(network.constraints) == {
        *("1/depthwise_kernel", "1/pointwise_kernel", "2/kernel", "3/gamma", "3/beta", "4/layer/kernel", "7/kernel"),
        *(
            f"5/{role}/gru_cell/{name}"
            for role in ("forward_layer", "backward_layer")
            for name in ("kernel", "recurrent_kernel", "bias")
        ),
    }


def test_a_users_constraint_is_refused():
    class Mine(constraints.Constraint):
        def __call__(self, w):
            return w

    with pytest.raises(Unsupported, match="Mine"):
        lowered(keras.Sequential([keras.Input((2,)), layers.Dense(2, kernel_constraint=Mine())]))
