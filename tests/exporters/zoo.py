"""Models that between them use every feature the exporters must carry, by name. Runs on any Keras backend."""

import keras
import numpy as np

layers = keras.layers
ops = keras.ops


def mlp():
    model = keras.Sequential(
        [
            keras.Input((4,), name="features"),
            layers.Dense(8, activation="relu", kernel_regularizer=keras.regularizers.L2(1e-4), name="hidden"),
            layers.Dropout(0.25),
            layers.Dense(1, name="output"),
        ],
        name="mlp",
    )
    model.compile(keras.optimizers.Adam(3e-3), loss="mse", metrics=["mae"])
    return model


def unnamed_input():
    model = keras.Sequential([layers.Dense(3), layers.Softmax()])
    model.build((None, 4))
    return model


def branches():
    inputs = keras.Input((4,))
    left = layers.Dense(8, activation="tanh", name="left")(inputs)
    right = layers.Dense(8, activation="gelu", name="right")(inputs)
    joined = layers.Concatenate()([layers.Add()([left, right]), left])
    return keras.Model(inputs, layers.Dense(2, name="head")(joined), name="branches")


def shared_layer():
    a, b = keras.Input((4,), name="a"), keras.Input((4,), name="b")
    tower = layers.Dense(8, name="tower")
    return keras.Model([a, b], layers.Subtract()([tower(a), tower(b)]))


def nested():
    encoder = keras.Sequential([keras.Input((4,)), layers.Dense(8, name="dense"), layers.ReLU()], name="encoder")
    branch_in = keras.Input((8,))
    branch = keras.Model(branch_in, layers.Dense(8, name="dense")(branch_in) + branch_in, name="residual")
    inputs = keras.Input((4,))
    x = branch(branch(encoder(inputs)))
    return keras.Model(inputs, layers.Dense(2, name="dense")(x), name="outer")


def nested_two_outputs():
    a = keras.Input((4,), name="a")
    inner = keras.Model({"a": a}, {"sum": ops.sum(a, axis=1, keepdims=True), "scaled": a * 3.0}, name="inner")
    inputs = keras.Input((4,), name="x")
    parts = inner({"a": inputs})
    return keras.Model(inputs, layers.Dense(2)(parts["scaled"]) + parts["sum"])


def table():
    inputs = {
        "numeric": keras.Input((4,), name="numeric"),
        "categorical": keras.Input((2,), dtype="int32", name="categorical"),
    }
    scale = layers.Normalization(name="scale")
    scale.adapt(np.random.default_rng(0).normal(3, 2, (50, 4)).astype("float32"))
    missing = ops.isnan(inputs["numeric"])
    scaled = ops.where(missing, 0.0, ops.nan_to_num(scale(inputs["numeric"])))
    indicator = ops.cast(ops.take(missing, np.array([0, 2]), axis=1), "float32")
    codes = layers.Flatten()(layers.Embedding(7, 3)(inputs["categorical"]))
    x = ops.concatenate([scaled, indicator, codes], axis=-1)
    x = layers.Dense(8, activation="relu")(x)
    return keras.Model(inputs, layers.Rescaling(2.5, offset=-1.0)(layers.Dense(1)(x)), name="table")


def fixed_statistics():
    inputs = keras.Input((3,))
    x = layers.Normalization(mean=[1.0, 2.0, 3.0], variance=[1.0, 4.0, 9.0])(inputs)
    return keras.Model(inputs, layers.Dense(2)(x))


def two_outputs():
    inputs = keras.Input((4,))
    x = layers.Dense(8, activation=layers.LeakyReLU(negative_slope=0.2))(inputs)
    outputs = {"mean": layers.Dense(1, name="mean")(x), "scale": layers.Dense(1, "softplus", name="scale")(x)}
    model = keras.Model(inputs, outputs)
    model.compile(
        keras.optimizers.SGD(keras.optimizers.schedules.CosineDecay(0.1, 100), momentum=0.9, nesterov=True),
        loss={"mean": keras.losses.Huber(delta=0.5), "scale": "mse"},
        loss_weights={"mean": 1.0, "scale": 0.5},
        metrics={"mean": [keras.metrics.MeanAbsoluteError(name="error")]},
    )
    return model


def image():
    inputs = keras.Input((8, 8, 3), name="image")
    x = layers.Rescaling(1 / 255)(inputs)
    x = layers.Conv2D(4, 3, padding="same", use_bias=False)(x)
    x = layers.BatchNormalization(momentum=0.9)(x)
    x = layers.Activation("relu")(x)
    x = layers.SeparableConv2D(6, 3, strides=2, depthwise_constraint=keras.constraints.MaxNorm(2.0))(x)
    x = layers.MaxPooling2D()(x)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, layers.Dense(3, activation="softmax")(x))


def causal():
    inputs = keras.Input((8, 2), name="series")
    x = inputs
    for rate in (1, 2):
        y = layers.Conv1D(4, 3, padding="causal", dilation_rate=rate, activation="swish")(x)
        x = y if rate == 1 else layers.LayerNormalization()(layers.Add()([x, y]))
    return keras.Model(inputs, layers.Dense(2)(layers.GlobalMaxPooling1D()(x)))


def recurrent():
    inputs = keras.Input((6, 2))
    x = layers.Bidirectional(layers.LSTM(3, return_sequences=True, dropout=0.1), merge_mode="sum")(inputs)
    x, state = layers.GRU(3, return_sequences=True, return_state=True, reset_after=False)(x)
    x = layers.TimeDistributed(layers.Dense(3))(x)
    x = layers.LSTM(3)(x, initial_state=[state, state])
    return keras.Model(inputs, x)


def masked():
    inputs = keras.Input((6,), dtype="int32", name="tokens")
    x = layers.Embedding(9, 4, mask_zero=True)(inputs)
    x = layers.LSTM(3, return_sequences=True)(x)
    return keras.Model(inputs, layers.GlobalAveragePooling1D()(x))


def attention():
    inputs = keras.Input((6, 4))
    x = layers.MultiHeadAttention(2, 3)(inputs, inputs, use_causal_mask=True)
    x = layers.LayerNormalization(epsilon=1e-6)(layers.Add()([x, inputs]))
    return keras.Model(inputs, layers.Dense(1)(layers.Flatten()(x)))


def configured():
    inputs = keras.Input((4,))
    x = layers.Dense(
        8,
        kernel_initializer=keras.initializers.VarianceScaling(2.0, mode="fan_out", seed=3),
        bias_initializer="ones",
        kernel_regularizer=keras.regularizers.L1L2(l1=1e-5, l2=1e-4),
        activity_regularizer="l2",
        kernel_constraint=keras.constraints.UnitNorm(),
        trainable=False,
    )(inputs)
    x = layers.PReLU(alpha_initializer=keras.initializers.Constant(0.25))(x)
    return keras.Model(inputs, layers.ELU(alpha=0.5)(x))


def operators():
    inputs = keras.Input((6,))
    x = 1 - (inputs * 2 + 1) / 4
    x = -(x[:, 1:5] ** 2)
    low, high = ops.split(x, 2, axis=1)
    x = ops.maximum(low, high) + ops.mean(x, axis=-1, keepdims=True)
    x = ops.matmul(x, np.arange(6, dtype="float32").reshape(2, 3))
    x = ops.clip(ops.expand_dims(x, 1), -5.0, 5.0)
    x = ops.reshape(ops.transpose(x, (0, 2, 1)), (-1, 3))
    x = ops.einsum("ab,ab->ab", x, x) * np.float32(0.5)
    return keras.Model(inputs, ops.leaky_relu(x[:, ::-1], 0.1))


MODELS = {
    function.__name__: function
    for function in (
        mlp,
        unnamed_input,
        branches,
        shared_layer,
        nested,
        nested_two_outputs,
        table,
        fixed_statistics,
        two_outputs,
        image,
        causal,
        recurrent,
        masked,
        attention,
        configured,
        operators,
    )
}
