"""The names of metrics, what `accuracy` means, and what is refused."""

import keras
import numpy as np
import pytest
from keras.src.metrics import ALL_OBJECTS_DICT

from layersmith.engine.metrics import resolve_metric
from layersmith.engine.metrics.recipes import RECIPES
from layersmith.engine.metrics.resolve import metric_names
from layersmith.engine.unsupported import Unsupported


def test_every_string_means_what_it_means_to_keras():
    for name, class_name in metric_names().items():
        assert ALL_OBJECTS_DICT[name].__name__ == class_name
    covered = {name for name, kind in ALL_OBJECTS_DICT.items() if kind.__name__ in RECIPES}
    assert covered == set(metric_names())


@pytest.mark.parametrize("name", ["accuracy", "acc", "Accuracy", "ACC"])
@pytest.mark.parametrize(
    ("y_pred_shape", "y_true_shape"), [((8, 1), (8,)), ((8, 3), (8,)), ((8, 3), (8, 1)), ((8, 3), (8, 3))]
)
def test_accuracy_is_chosen_by_the_shapes(name, y_pred_shape, y_true_shape):
    generator = np.random.default_rng(0)
    y_true, y_pred = generator.integers(0, 2, y_true_shape), generator.uniform(size=y_pred_shape).astype("float32")
    theirs = keras.src.trainers.compile_utils.get_metric(name, y_true, y_pred)
    theirs.update_state(y_true, y_pred)
    metric = resolve_metric(name, y_pred_shape, y_true_shape)
    assert metric.name == name
    np.testing.assert_allclose(metric.result(metric.update(metric.init(), y_true, y_pred)), theirs.result())


@pytest.mark.parametrize(
    "serialized",
    [
        "huber",
        "kld",
        "crossentropy",
        "precision_at_recall",
        "mean",
        3,
        {"class_name": "Mean", "module": "keras.metrics", "config": {}},
        {"class_name": "MeanIoU", "module": "keras.metrics", "config": {}},
        {"class_name": "MeanSquaredError", "module": "keras.losses", "config": {}},
        {"class_name": "MeanSquaredError", "module": "my.metrics", "config": {}},
        {"class_name": "function", "module": "builtins", "config": "my_metric"},
        {"class_name": "MeanMetricWrapper", "module": "keras.metrics", "config": {"name": "m", "fn": "mse"}},
    ],
    ids=str,
)
def test_what_is_not_in_the_table_is_refused(serialized):
    with pytest.raises(Unsupported):
        resolve_metric(serialized, (4, 3), (4, 3))
