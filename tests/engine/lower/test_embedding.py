import jax.numpy as jnp
import keras
import numpy as np
import pytest

from layersmith.engine.lower.embedding import embedding
from layersmith.engine.lower.env import Env
from layersmith.engine.lower.lowering import Place
from layersmith.engine.unsupported import Unsupported
from layersmith.graph import view
from layersmith.testing.lowerings import check_lowering, check_row_mask, lowered

_IDS = np.array([[1, 2, 0], [4, 4, 4], [0, 0, 0], [3, 1, 2]], "int32")


@pytest.mark.parametrize("dtype", ["int32", "uint8", "float32"])
@pytest.mark.parametrize("shape", [(3,), (), (3, 1)])
def test_an_embedding_equals_keras(dtype, shape):
    model = keras.Sequential([keras.Input(shape, dtype=dtype), keras.layers.Embedding(5, 2)])
    ids = _IDS.astype(dtype)
    ids = {(3,): ids, (): ids[:, 0], (3, 1): ids[:, :, None]}[shape]
    network, weights = lowered(model)
    expected = np.asarray(model.get_weights()[0])[ids.astype("int32")]
    np.testing.assert_array_equal(network.apply(weights, [ids], Env(training=False)), expected)


@pytest.mark.parametrize(
    "options",
    [{"mask_zero": True}, {"embeddings_regularizer": "l2"}, {"embeddings_constraint": "non_neg"}, {"trainable": False}],
)
def test_inside_a_model(options):
    layers = keras.layers
    flat = [] if options.get("mask_zero") else [layers.Flatten()]
    pooled = [layers.GlobalAveragePooling1D()] if options.get("mask_zero") else []
    model = keras.Sequential(
        [keras.Input((3,), dtype="int32"), layers.Embedding(5, 2, **options), *flat, *pooled, layers.Dense(1)]
    )
    check_lowering(model, [_IDS])
    check_row_mask(model, [_IDS])


def test_a_row_used_twice_gathers_both_gradients():
    entry = keras.Input((3,), dtype="int32")
    shared = keras.layers.Embedding(5, 2)
    check_lowering(keras.Model(entry, keras.layers.Add()([shared(entry), shared(entry)])), [_IDS])


def test_the_mask_of_an_embedding_is_an_operation():
    layers = [keras.layers.Embedding(5, 2, mask_zero=True), keras.layers.GRU(2)]
    names = [node.class_name for node in view(keras.Sequential([keras.Input((3,), dtype="int32"), *layers])).nodes]
    assert names == ["InputLayer", "Embedding", "NotEqual", "GRU"]


def test_low_rank_weights_are_refused():
    layer = keras.layers.Embedding(5, 2, lora_rank=1)
    model = keras.Sequential([keras.Input((3,), dtype="int32"), layer])
    with pytest.raises(Unsupported, match="LoRA"):
        embedding(view(model).nodes[-1], Place(key="0", salt=0))


def test_no_dtype_is_promoted_silently(strict):
    network, weights = lowered(keras.Sequential([keras.Input((3,), dtype="uint8"), keras.layers.Embedding(5, 2)]))
    assert network.apply(weights, [jnp.asarray(_IDS, jnp.uint8)], Env(training=True)).dtype == jnp.float32
