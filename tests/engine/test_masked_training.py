"""Training with masks follows `model.fit`, also where a mask reaches the loss."""

import keras
import numpy as np
import pytest
from keras import layers

from layersmith.engine.fit import fit

_IDS = np.random.default_rng(0).integers(0, 6, (20, 5)).astype("int32")
_X = np.random.default_rng(1).integers(0, 3, (20, 5)).astype("int32")


def _transformer():
    entry = keras.Input((5,), dtype="int32")
    value = layers.Embedding(6, 4, mask_zero=True)(entry)
    attended = layers.MultiHeadAttention(2, 2)(value, value)
    value = layers.LayerNormalization()(layers.Add()([value, attended]))
    return keras.Model(entry, layers.Dense(1)(layers.GlobalAveragePooling1D()(value)))


def _tagger():
    entry = keras.Input((5,), dtype="int32")
    value = layers.Embedding(6, 4, mask_zero=True)(entry)
    return keras.Model(entry, layers.Dense(3, "softmax")(value))


def _nested_tagger():
    inside = keras.Input((5, 4))
    head = keras.Model(inside, layers.Dense(3, "softmax")(inside))
    return keras.Sequential([keras.Input((5,), dtype="int32"), layers.Embedding(6, 4, mask_zero=True), head])


_CASES = {
    "transformer": (_transformer, _IDS.sum(axis=1, keepdims=True) / 10.0, "mse", []),
    "tagger": (_tagger, _X, "sparse_categorical_crossentropy", ["accuracy"]),
    "nested": (_nested_tagger, _X, "sparse_categorical_crossentropy", ["accuracy"]),
}


@pytest.mark.filterwarnings("ignore:.*does not support masking")
@pytest.mark.parametrize("case", _CASES)
def test_training_follows_model_fit(case):
    build, y, loss, metrics = _CASES[case]
    results = []
    for train in (fit, keras.Model.fit):
        keras.utils.set_random_seed(4)
        model = build()
        model.compile(keras.optimizers.SGD(0.1), loss, metrics=metrics)
        engine = {"engine": "compiled"} if train is fit else {}
        history = train(
            model, _IDS, y, epochs=2, batch_size=8, shuffle=False, verbose=0, validation_split=0.4, **engine
        ).history
        results.append((history, model.get_weights()))
    for name, values in results[1][0].items():
        np.testing.assert_allclose(results[0][0][name], values, rtol=1e-4, err_msg=name)
    for mine, theirs in zip(results[0][1], results[1][1], strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-4, atol=1e-5)
