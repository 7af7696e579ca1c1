import keras
import pytest
from keras_tuner.engine.metrics_tracking import infer_metric_direction as of_keras_tuner

from layersmith.keras_tuner.engine.metric_direction import infer_metric_direction

LARGE_HERE = {  # KerasTuner says small, or fails
    "BinaryIoU",
    "ConcordanceCorrelation",
    "CosineSimilarity",
    "F1Score",
    "FBetaScore",
    "IoU",
    "MeanIoU",
    "OneHotIoU",
    "OneHotMeanIoU",
    "PearsonCorrelation",
    "PrecisionAtRecall",
    "R2Score",
    "RecallAtPrecision",
    "SensitivityAtSpecificity",
    "SpecificityAtSensitivity",
}
CLASSES = [name for name, kind in vars(keras.metrics).items() if isinstance(kind, type)]
CLASSES = [name for name in CLASSES if name not in ("Metric", "Mean", "MeanMetricWrapper", "Sum")]


@pytest.mark.parametrize("name", [*CLASSES, "loss", "val_loss", "acc", "val_acc", "mse", "val_mae", "ce", "mine"])
def test_names_mean_what_they_mean_in_keras_tuner(name):
    expected = "max" if name in LARGE_HERE else of_keras_tuner(name)
    assert infer_metric_direction(name) == expected


@pytest.mark.parametrize(
    ("name", "direction"),
    [
        ("val_weighted_accuracy", "max"),
        ("val_mean_io_u_1", "max"),
        ("val_f1_score", "max"),
        ("auc_2", "max"),
        ("val_top_k_categorical_accuracy", "max"),
        ("categorical_crossentropy", "min"),
        ("false_positives", "min"),
        ("huber", "min"),
        ("head_accuracy", None),
    ],
)
def test_names_as_keras_logs_write_them(name, direction):
    assert infer_metric_direction(name) == direction


@pytest.mark.parametrize(
    ("metric", "direction"),
    [
        (keras.metrics.AUC(), "max"),
        (keras.metrics.MeanSquaredError(), "min"),
        (keras.losses.Huber(), "min"),
        (keras.losses.mean_squared_error, "min"),
        (keras.metrics.MeanMetricWrapper(keras.metrics.sparse_categorical_accuracy), "max"),
    ],
)
def test_objects(metric, direction):
    assert infer_metric_direction(metric) == direction
