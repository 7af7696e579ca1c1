import keras
import pytest

from layersmith.errors import GraphError
from layersmith.exporters.source.expression import flat
from layersmith.exporters.source.objects import class_of, express

# Keras 3.15 converts its variables in a way that NumPy 2 deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")


def written(thing):
    return flat(express(keras.saving.serialize_keras_object(thing)))


@pytest.mark.parametrize(
    ("thing", "text"),
    [
        (keras.initializers.HeNormal(), "keras.initializers.HeNormal()"),
        (keras.initializers.Constant(0.5), "keras.initializers.Constant(value=0.5)"),
        (keras.regularizers.L1L2(l1=0.1), "keras.regularizers.L1L2(l1=0.1)"),
        (keras.constraints.MaxNorm(3), "keras.constraints.MaxNorm(max_value=3)"),
        (keras.metrics.TopKCategoricalAccuracy(k=3), "keras.metrics.TopKCategoricalAccuracy(k=3)"),
        (
            keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            "keras.losses.SparseCategoricalCrossentropy(from_logits=True)",
        ),
        (keras.layers.Dense(3, name="d"), 'keras.layers.Dense(3, name="d")'),
        (keras.layers.Dense(3, dtype="float16", name="d"), 'keras.layers.Dense(3, dtype="float16", name="d")'),
        (
            keras.layers.TimeDistributed(keras.layers.Dense(3, name="d"), name="t"),
            'keras.layers.TimeDistributed(keras.layers.Dense(3, name="d"), name="t")',
        ),
        (
            keras.layers.RNN([keras.layers.LSTMCell(2, name="a"), keras.layers.GRUCell(2, name="b")], name="r"),
            "keras.layers.RNN(keras.layers.StackedRNNCells("
            '[keras.layers.LSTMCell(2, name="a"), keras.layers.GRUCell(2, name="b")], '
            'name="stacked_rnn_cells"), name="r")',
        ),
        (
            keras.layers.Bidirectional(keras.layers.GRU(2, name="g"), name="b"),
            'keras.layers.Bidirectional(keras.layers.GRU(2, name="g"), name="b")',
        ),
    ],
)
def test_constructor_calls(thing, text):
    assert written(thing) == text


@pytest.mark.parametrize(
    "thing",
    [
        keras.initializers.Orthogonal(gain=2.0, seed=1),
        keras.regularizers.L2(0.3),
        keras.losses.CategoricalCrossentropy(label_smoothing=0.1, name="smooth"),
        keras.optimizers.Adam(keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.5), amsgrad=True, clipnorm=1.0),
        keras.layers.Conv2DTranspose(3, (2, 3), strides=2, padding="same", activation="elu", name="up"),
        keras.layers.BatchNormalization(axis=1, epsilon=1e-4, center=False, name="norm"),
        keras.layers.SpatialDropout1D(0.2, name="drop"),
        keras.layers.Bidirectional(keras.layers.SimpleRNN(3), merge_mode=None, name="both"),
        keras.layers.RandomFlip("horizontal", seed=4, name="flip"),
    ],
    ids=lambda thing: type(thing).__name__,
)
def test_written_objects_have_the_config_of_the_original(thing):
    assert eval(written(thing), {"keras": keras}).get_config() == thing.get_config()


def test_classes_that_cannot_be_imported_are_refused():
    with pytest.raises(GraphError, match="Missing is defined in"):
        class_of({"module": "no.such.module", "class_name": "Missing"})


def test_containers_and_functions():
    function = {"module": "builtins", "class_name": "function", "config": "mean_squared_error"}
    assert flat(express({"a": [function, "mae"], "b": None})) == (
        '{"a": [keras.losses.mean_squared_error, "mae"], "b": None}'
    )
    with pytest.raises(GraphError, match="cannot import it"):
        express({**function, "config": "my_own_loss"})
