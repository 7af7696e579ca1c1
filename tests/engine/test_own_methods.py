import keras
import numpy as np
import pytest
from keras import layers

from layersmith.engine.fit import fit
from layersmith.engine.own_methods import require_keras_methods
from layersmith.engine.unsupported import Unsupported


class Plain(keras.Model):
    """A class of its own that changes nothing."""


class Stepping(keras.Model):
    def train_step(self, *args):
        return super().train_step(*args)


class Calling(keras.Model):
    def call(self, inputs, training=None, mask=None):
        return super().call(inputs, training=training, mask=mask) * 2.0


class Losing(keras.Model):
    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        return 2.0 * super().compute_loss(x, y, y_pred, sample_weight, training)


class Measuring(keras.Model):
    @property
    def metrics(self):
        return super().metrics


class Keeping(layers.Layer):
    def __init__(self):
        super().__init__()
        self.seen = keras.metrics.Mean(name="seen")

    def call(self, x):
        return x


def _model(kind, inner=None):
    entry = keras.Input((2,))
    return kind(entry, (inner or layers.Dense(2))(entry))


@pytest.mark.parametrize("kind", [keras.Model, Plain])
def test_models_that_train_as_keras_does_pass(kind):
    require_keras_methods(_model(kind, _model(kind)))
    require_keras_methods(_model(kind, _model(Stepping)))  # a nested model is called, not trained


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: _model(Stepping), "its own train_step"),
        (lambda: _model(Calling), "its own call"),
        (lambda: _model(keras.Model, _model(Calling)), "its own call"),
        (lambda: _model(Losing), "its own compute_loss"),
        (lambda: _model(Measuring), "its own metrics"),
        (lambda: _model(keras.Model, Keeping()), "keeps the metric 'seen'"),
    ],
)
def test_models_with_methods_of_their_own_are_refused(make, why):
    with pytest.raises(Unsupported, match=why):
        require_keras_methods(make())


def test_a_metric_that_the_model_keeps_is_refused():
    model = _model(keras.Model)
    model.kept = keras.metrics.Mean(name="kept")
    with pytest.raises(Unsupported, match="keeps the metric 'kept'"):
        require_keras_methods(model)


def test_an_own_loss_counts_in_training():
    model, x, y = _model(Losing), np.ones((4, 2)), np.ones((4, 2))
    model.compile(keras.optimizers.SGD(0.0), "mse")
    single = float(np.mean(np.square(model.predict(x, verbose=0) - y)))
    assert fit(model, x, y, verbose=0).history["loss"][0] == pytest.approx(2.0 * single, rel=1e-5)
