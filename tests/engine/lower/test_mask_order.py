import keras
import pytest
from keras import layers

from layersmith.engine.unsupported import Unsupported
from layersmith.testing.lowerings import lowered

pytestmark = pytest.mark.filterwarnings("ignore:.*does not support masking")


def _embedded(mask_zero=True):
    entry = keras.Input((4,), dtype="int32")
    return entry, layers.Embedding(5, 3, mask_zero=mask_zero)(entry)


def _attention(query, value):
    return layers.MultiHeadAttention(1, 2, kernel_initializer="zeros")(query, value)


def _nested():
    entry = keras.Input((4, 3))
    return keras.Model(entry, layers.SimpleRNN(2)(entry))


@pytest.mark.parametrize("mask_zero", [False, True])
def test_a_layer_beside_an_attention_may_find_a_mask_or_not(mask_zero):
    entry, value = _embedded(mask_zero)
    model = keras.Model(entry, [_attention(value, value), layers.Dense(3)(value)])
    if mask_zero:
        with pytest.raises(Unsupported, match=r"Dense.*may have taken off"):
            lowered(model)
    else:
        lowered(model)


def test_layers_before_and_after_are_certain():
    entry, value = _embedded()
    first = _attention(value, value)
    second = _attention(layers.Add()([first, value]), value)
    lowered(keras.Model(entry, layers.Concatenate()([second, value])))


def test_a_nested_model_with_a_mask_of_its_own_is_refused():
    entry, value = _embedded()
    lowered(keras.Model(entry, _nested()(value)))
    given = _nested()(value, mask=keras.ops.not_equal(entry, 1))
    with pytest.raises(Unsupported, match="argument `mask`"):
        lowered(keras.Model(entry, given))


def test_a_nested_model_after_an_attention_is_refused():
    entry, value = _embedded()
    after = layers.Add()([value, _attention(value, value)])
    with pytest.raises(Unsupported, match="argument `mask`"):
        lowered(keras.Model(entry, _nested()(after)))
