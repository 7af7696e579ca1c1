import keras
import pytest
from keras import layers

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
    ],
)
def test_models_with_methods_of_their_own_are_refused(make, why):
    with pytest.raises(Unsupported, match=why):
        require_keras_methods(make())
