"""Layers as users write them, with `keras.ops` alone."""

import keras
import numpy as np
from keras import ops


class Scaled(keras.layers.Layer):
    """Its factors have no form in a configuration."""

    def __init__(self, factors, **options):
        super().__init__(**options)
        self.factors = factors

    def call(self, x):
        return x * self.factors


class Penalised(keras.layers.Layer):
    """A weight with a regulariser and a constraint, and a loss of its own."""

    def __init__(self, units, **options):
        super().__init__(**options)
        self.units = units

    def build(self, shape):
        self.table = self.add_weight(
            shape=(shape[-1], self.units), initializer="ones", regularizer="l2", constraint="non_neg"
        )

    def call(self, x):
        y = ops.matmul(x, self.table)
        self.add_loss(0.1 * ops.mean(ops.square(y)))
        return y


class Centred(keras.layers.Layer):
    """Takes off a moving mean, and in training the batch's own: rows are mixed, state moves, `training` matters."""

    def build(self, shape):
        self.mean = self.add_weight(shape=shape[-1:], initializer="zeros", trainable=False)

    def call(self, x, training=False):
        if not training:
            return x - self.mean
        batch = ops.mean(x, axis=0)
        self.mean.assign(0.9 * self.mean + 0.1 * batch)
        return x - batch


class Noisy(keras.layers.Layer):
    """Draws in training and in inference."""

    def __init__(self, **options):
        super().__init__(**options)
        self.seeds = keras.random.SeedGenerator(3)

    def call(self, x):
        return x + 0.1 * keras.random.normal(ops.shape(x), seed=self.seeds)


class Block(keras.layers.Layer):
    """Layers of Keras inside; it says nothing of `training`, which reaches them all the same."""

    def __init__(self, units, activation=None, **options):
        super().__init__(**options)
        self.units, self.activation = units, keras.activations.get(activation)
        self.dense = keras.layers.Dense(units, kernel_initializer="ones", activity_regularizer="l1")
        self.drop = keras.layers.Dropout(0.5, seed=1)

    def build(self, shape):
        self.dense.build(shape)

    def call(self, x):
        return self.activation(self.drop(self.dense(x)))

    def get_config(self):
        return {**super().get_config(), "units": self.units, "activation": keras.activations.serialize(self.activation)}


class Untraceable(keras.layers.Layer):
    """NumPy inside."""

    def call(self, x):
        return x * float(np.mean(x))

    def compute_output_shape(self, shape):
        return shape
