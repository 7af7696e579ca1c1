import keras
import numpy as np
import pytest
from keras import layers
from tests.engine.lower.layers import Block, Centred, Noisy, Penalised, Scaled

from layersmith.engine.lower.identity import identity_of
from layersmith.graph import view


def _identity(layer, shape=(4,)):
    entry = keras.Input(shape)
    return identity_of(view(keras.Model(entry, layer(entry)), needs_configs=False).nodes[-1])


class Loose(keras.layers.Layer):
    """Its configuration does not say what `scale` is."""

    def __init__(self, scale=1.0, **options):
        super().__init__(**options)
        self.scale = scale

    def call(self, x):
        return x * self.scale

    def get_config(self):
        return super().get_config()


@pytest.mark.parametrize("make", [lambda: Penalised(3), Centred, lambda: Block(2, "tanh"), Noisy])
def test_equal_layers_are_one(make):
    assert _identity(make()) == _identity(make())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (lambda: Penalised(3), lambda: Penalised(2)),
        (lambda: Block(2, "tanh"), lambda: Block(2, "relu")),
        (Centred, lambda: Centred(trainable=False)),
        (lambda: Centred(activity_regularizer="l1"), lambda: Centred(activity_regularizer="l2")),
        (lambda: layers.Dense(2, kernel_regularizer="l1"), lambda: layers.Dense(2, kernel_regularizer="l2")),
    ],
)
def test_layers_of_other_configurations_are_not(one, other):
    assert _identity(one()) != _identity(other())


def test_classes_of_one_name_are_not():
    def make(factor):
        class Scaled(keras.layers.Layer):
            def call(self, x):
                return x * factor

        return Scaled()

    assert _identity(make(2.0)) != _identity(make(3.0))


@pytest.mark.parametrize("make", [lambda: layers.Lambda(lambda x: x), Loose, lambda: Scaled(np.ones(4, "float32"))])
def test_layers_that_do_not_say_all_equal_themselves_alone(make):
    layer = make()
    assert _identity(layer) == _identity(layer)
    assert _identity(layer) != _identity(make())


def test_what_was_set_after_init_counts():
    one, other = Penalised(3), Penalised(3)
    other.factor = 2.0
    assert _identity(one) != _identity(other)
