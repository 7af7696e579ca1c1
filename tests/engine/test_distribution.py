"""Where chance plays a part (shuffles, dropout, initial weights), both engines draw from the same distribution."""

import keras
import numpy as np
import pytest
from keras import layers
from scipy import stats
from sklearn.datasets import load_digits

from layersmith.engine.compiled import CompiledEngine
from layersmith.engine.fit import fit
from layersmith.families.initial import drawn_by_numpy

SEEDS = range(20)
X, Y = load_digits(return_X_y=True)
X = (X / 16.0).astype("float32")


def accuracy(seed, engine, compiled):
    """Train a network with dropout, noise and batch statistics; return its final accuracy on rows it never saw."""
    keras.utils.set_random_seed(seed)
    noisy = [layers.Dense(24, "relu"), layers.BatchNormalization(), layers.Dropout(0.4), layers.GaussianNoise(0.2)]
    with drawn_by_numpy():
        model = keras.Sequential([keras.Input((64,)), *noisy, layers.Dense(10, "softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    fit(model, X[:500], Y[:500], epochs=5, batch_size=32, verbose=0, engine=engine, compiled=compiled)
    return float(np.mean(np.argmax(model(X[500:]), axis=1) == Y[500:]))


@pytest.mark.slow
def test_final_accuracies_of_twenty_seeds_are_drawn_from_one_distribution():
    engine = CompiledEngine()
    compiled = [accuracy(seed, "compiled", engine) for seed in SEEDS]
    native = [accuracy(seed, "native", None) for seed in SEEDS]
    assert stats.ks_2samp(compiled, native).pvalue > 0.01
    error = np.hypot(np.std(compiled), np.std(native)) / np.sqrt(len(SEEDS))
    assert abs(np.mean(compiled) - np.mean(native)) < 3 * error
    assert 0.4 < np.std(compiled) / np.std(native) < 2.5
    assert len(set(compiled)) > len(SEEDS) // 2  # the seeds do differ
