"""A padded run equals the unpadded one: losses and weights, over epochs with a partial batch."""

import jax.numpy as jnp
import keras
import numpy as np
import pytest
from keras import layers

from layersmith.engine.lower.network import lower, read_weights
from layersmith.engine.lower.runtime import runtime_values
from layersmith.engine.objective import outputs_of, read_objective
from layersmith.engine.optimizers import resolve_optimizer, to_runtime
from layersmith.engine.program import Program, batches
from layersmith.engine.widths import pad, widths_of
from layersmith.engine.widths.activation import SWITCHED
from layersmith.graph import view

ROWS, BATCH, EPOCHS = 22, 8, 2


def dense(activation="relu", **options):
    hidden = [layers.Dense(5, activation, name="a", **options), layers.Dense(3, activation, name="b", **options)]
    return keras.Sequential([keras.Input((4,)), *hidden, layers.Dense(1)])


def chain(shape, *parts):
    return keras.Sequential([keras.Input(shape), *parts, layers.Dense(1)])


def skipping():
    inputs = keras.Input((4,))
    x = layers.Dense(6, "tanh", name="a")(inputs)
    y = layers.Dense(6, "gelu", name="b")(x)
    return keras.Model(inputs, layers.Dense(1)(layers.Add()([x, y])))


def joining():
    inputs = keras.Input((4,))
    x, y = layers.Dense(3, "sigmoid", name="a")(inputs), layers.Dense(5, "relu", name="b")(inputs)
    return keras.Model(inputs, layers.Dense(1)(layers.Dense(4, name="c")(layers.Concatenate()([x, inputs, y]))))


def sharing():
    inputs, shared = keras.Input((4,)), layers.Dense(4, "relu", name="a")
    return keras.Model(inputs, layers.Dense(1)(shared(layers.Dense(4, "elu", name="fixed")(shared(inputs)))))


def image():
    parts = [
        layers.Conv2D(3, 3, padding="same", activation="relu", name="a"),
        layers.MaxPooling2D(),
        layers.DepthwiseConv2D(2, depth_multiplier=2, activation="sigmoid"),
        layers.SeparableConv2D(5, 2, padding="same", activation="tanh", name="b"),
        layers.BatchNormalization(),
        layers.Flatten(),
        layers.Dense(6, "selu", name="c"),
    ]
    return chain((6, 6, 2), *parts)


def up_and_down():
    parts = [
        layers.Conv1D(3, 3, padding="causal", dilation_rate=2, activation="softplus", name="a"),
        layers.Conv1DTranspose(4, 2, strides=2, activation="relu", name="b"),
        layers.UpSampling1D(2),
        layers.ZeroPadding1D(1),
        layers.AveragePooling1D(2),
        layers.GlobalMaxPooling1D(),
        layers.RepeatVector(3),
        layers.GlobalAveragePooling1D(),
    ]
    return chain((7, 2), *parts)


def series(kind, **options):
    parts = [kind(5, return_sequences=True, name="a", **options), kind(3, name="b", **options)]
    return chain((6, 2), *parts, layers.Dense(4, "relu", name="c"))


MODELS = {
    **{f"dense {name}": lambda name=name: dense(name) for name in ("relu", "sigmoid", "softplus", "mish")},
    "dense penalised": lambda: dense(
        kernel_regularizer="l2", bias_regularizer="l1", activity_regularizer=keras.regularizers.L1L2(0.01, 0.01)
    ),
    "dense constrained": lambda: dense(kernel_constraint="max_norm", bias_constraint="non_neg"),
    "dense without bias": lambda: dense(use_bias=False),
    "biases begin at one": lambda: dense(bias_initializer="ones"),
    "normalised batches": lambda: chain((4,), layers.Dense(5, name="a"), layers.BatchNormalization(), layers.ReLU()),
    "normalised rows": lambda: chain((4,), layers.Dense(5, "tanh", name="a"), layers.LayerNormalization()),
    "activation layer": lambda: chain((4,), layers.Dense(5, name="a"), layers.Activation("sigmoid")),
    "slopes": lambda: chain(
        (4,),
        layers.Dense(5, name="a"),
        layers.PReLU("ones"),
        layers.Dense(3, name="b"),
        layers.LeakyReLU(),
        layers.ELU(),
        layers.Rescaling(2.0, 1.0),
    ),
    "skipping": skipping,
    "joining": joining,
    "sharing": sharing,
    "image": image,
    "up and down": up_and_down,
    "lstm": lambda: series(layers.LSTM),
    "gru": lambda: series(layers.GRU),
    "gru, reset before": lambda: series(layers.GRU, reset_after=False),
    "simple rnn": lambda: series(layers.SimpleRNN),
}

KEEP_ZERO = ("relu", "tanh", "gelu")


def data(model, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(ROWS, *model.input_shape[1:])).astype("float32")
    return x, rng.normal(size=(ROWS, 1)).astype("float32")


def run(model, padding):
    """Train the model's program and return losses and weights, in the model's own shapes, and the program's state."""
    graph = view(model)
    network = lower(padding.graph, padding.finishes)
    rule, numbers = resolve_optimizer(graph.compiled.optimizer)
    program = Program(network, read_objective(graph.compiled, outputs_of(model), [(None, 1)]), rule)
    runtime = {name: np.float32(value) for name, value in runtime_values(graph).items()} | dict(padding.runtime)
    x, y = data(model)
    placed = [jnp.asarray(x)], [jnp.asarray(y)], [None]
    order, losses = batches(np.arange(ROWS), BATCH), []
    carry = program.start(padding.embed(read_weights(network)))
    for epoch in range(EPOCHS):
        seed, hyper = np.uint32(epoch), to_runtime(numbers)
        carry, logs = program.train(
            carry, placed, order.order, order.rows, runtime, hyper, seed, **program.statics(order)
        )
        losses.append(float(logs["loss"]))
    return losses, padding.extract({**carry.trained, **carry.state}), carry


@pytest.mark.parametrize(
    ("name", "among"), [*((name, SWITCHED) for name in MODELS), ("dense relu", KEEP_ZERO), ("image", KEEP_ZERO)]
)
def test_a_padded_run_equals_the_unpadded_one(name, among):
    keras.utils.set_random_seed(3)
    model = MODELS[name]()
    model.compile(keras.optimizers.SGD(0.01, momentum=0.9), "mse")
    graph = view(model)
    widths = widths_of(graph)
    named = {layer.name for layer in model.layers if len(layer.name) == 1}
    assert set(widths) == named
    padding = pad(graph, {layer: width + 1 + width % 2 for layer, width in widths.items()}, among)
    losses, weights, _ = run(model, pad(graph, {}))
    padded_losses, padded_weights, carry = run(model, padding)
    np.testing.assert_allclose(padded_losses, losses, rtol=1e-5)
    assert losses[-1] != losses[0]
    for key, value in weights.items():
        np.testing.assert_allclose(padded_weights[key], value, rtol=1e-4, atol=1e-6, err_msg=key)
    for key, value in carry.trained.items():
        live = padding.embed({key: np.ones_like(weights[key])})[key]
        np.testing.assert_array_equal(np.asarray(value)[live == 0], 0.0, err_msg=key)


@pytest.mark.parametrize(
    "optimizer",
    ["rmsprop", "adamw", "nadam", "adamax", "adagrad", "adadelta", "lion"],
)
@pytest.mark.parametrize("among", [SWITCHED, KEEP_ZERO])
def test_no_optimizer_moves_what_is_padded(optimizer, among):
    model = dense("tanh")
    model.compile(optimizer, "mse")
    padding = pad(view(model), {"a": 8, "b": 4}, among)
    _, weights, carry = run(model, padding)
    for key, value in carry.trained.items():
        live = padding.embed({key: np.ones_like(weights[key])})[key]
        np.testing.assert_array_equal(np.asarray(value)[live == 0], 0.0, err_msg=key)


def test_activations_outside_of_the_given_ones_are_baked_in():
    model = dense("tanh")
    model.compile("sgd", "mse")
    graph, sizes = view(model), {"a": 8, "b": 4}
    switched, baked = pad(graph, sizes), pad(graph, sizes, among=("relu", "gelu"))
    losses, _, _ = run(model, switched)
    np.testing.assert_allclose(run(model, baked)[0], losses, rtol=1e-5)
    assert [name for name in switched.runtime if name.endswith("/activation")]
    assert not [name for name in baked.runtime if name.endswith("/activation")]
    assert pad(graph, sizes, among=("relu", "tanh")).signature != switched.signature


def test_only_what_is_padded_has_a_mask_of_its_live_features():
    parts = [layers.Dense(5, "sigmoid", name="a"), layers.Dense(3, "softmax", name="b")]
    padding = pad(view(keras.Sequential([keras.Input((4,)), *parts])), {"a": 8})
    assert set(padding.finishes) == {"a"}


def test_activations_that_keep_zeros_need_no_mask():
    graph = view(dense("tanh"))
    masks = [
        {name for name in pad(graph, {"a": 8, "b": 4}, among).runtime if "live" in name}
        for among in (SWITCHED, KEEP_ZERO)
    ]
    assert [len(found) for found in masks] == [2, 0]
