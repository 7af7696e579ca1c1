from itertools import pairwise

import keras
import numpy as np
import pytest

from layersmith.families import conv
from layersmith.families.conv.network import TRUNKS
from layersmith.families.conv.options import STYLES, ConvOptions


def test_every_style_has_a_trunk():
    assert set(TRUNKS) == set(STYLES)


def maps(model):
    """Sizes of the feature maps in order, repeats left out."""
    sizes = [layer.output.shape[1:3] for layer in model.layers if len(layer.output.shape) == 4]
    return [sizes[0]] + [after for before, after in pairwise(sizes) if after != before]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("shape", [(8, 8, 1), (28, 28, 1), (32, 32, 3), (128, 128, 3)])
@pytest.mark.usefixtures("weightless")
def test_no_map_is_smaller_than_two_by_two(bench, style, shape):
    model = bench.network(conv, ConvOptions(style=style, stages=4, stride=2 if shape[0] > 8 else 1), shape)
    assert all(min(size) >= 2 for size in maps(model))


@pytest.mark.usefixtures("weightless")
def test_vgg_halves_after_each_stage(bench):
    model = bench.network(conv, ConvOptions(style="vgg", stages=3, filters=8), (28, 28, 1))
    assert maps(model) == [(28, 28), (14, 14), (7, 7), (4, 4)]
    assert model.output.shape == (None, 32)


@pytest.mark.usefixtures("weightless")
def test_residual_halves_between_stages(bench):
    model = bench.network(conv, ConvOptions(style="residual", stages=3, filters=8), (28, 28, 1))
    assert maps(model) == [(28, 28), (14, 14), (7, 7)]
    assert model.output.shape == (None, 32)


@pytest.mark.usefixtures("weightless")
def test_stride_shortens_first(bench):
    model = bench.network(conv, ConvOptions(style="lenet", stages=1, stride=4), (128, 128, 3))
    assert maps(model) == [(128, 128), (32, 32), (16, 16)]
    assert model.layers[1].kernel_size == (7, 7)


@pytest.mark.usefixtures("weightless")
def test_resnet_20_has_the_parameters_of_the_paper(bench):
    """He et al. 2015, table 6: 0.27 million for ResNet-20; here with projections, without biases, with the head."""
    options = ConvOptions(style="residual", stages=3, blocks=3, filters=16)
    model = bench.network(conv, options, (32, 32, 3), outputs=10)
    stem = 27 * 16 + 32
    first = 3 * 2 * (9 * 16 * 16 + 32)
    second = 9 * 16 * 32 + 64 + 5 * (9 * 32 * 32 + 64) + 16 * 32 + 64
    third = 9 * 32 * 64 + 128 + 5 * (9 * 64 * 64 + 128) + 32 * 64 + 128
    assert bench.trainable(model) == stem + first + second + third + 650
    assert round(bench.trainable(model) / 1e6, 2) == 0.27


@pytest.mark.usefixtures("weightless")
def test_residual_depth_is_six_n_plus_two(bench):
    for blocks in (1, 2, 3):
        model = bench.network(conv, ConvOptions(style="residual", stages=3, blocks=blocks), (32, 32, 3), outputs=10)
        weighted = [layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D | keras.layers.Dense)]
        assert len([layer for layer in weighted if getattr(layer, "kernel_size", 0) != (1, 1)]) == 6 * blocks + 2


@pytest.mark.usefixtures("weightless")
def test_lenet_parameters_by_hand(bench):
    options = ConvOptions(
        style="lenet",
        stages=2,
        filters=6,
        kernel_size=5,
        normalization="none",
        use_bias=True,
        ending="flatten",
        units=120,
    )
    model = bench.network(conv, options, (28, 28, 1), outputs=10)
    assert bench.trainable(model) == (25 * 6 + 6) + (25 * 6 * 12 + 12) + (7 * 7 * 12 * 120 + 120) + (120 * 10 + 10)


@pytest.mark.usefixtures("weightless")
def test_separable_parameters_by_hand(bench):
    model = bench.network(conv, ConvOptions(style="separable", stages=1, blocks=2, filters=8), (28, 28, 1))
    stem = 9 * 8 + 16
    convolutions = 2 * (9 * 8 + 8 * 8 + 16)
    around = 8 * 8 + 16
    assert bench.trainable(model) == stem + convolutions + around


@pytest.mark.parametrize("style", ["vgg", "lenet"])
def test_pooling_word_is_obeyed(bench, weightless, style):
    model = bench.network(conv, ConvOptions(style=style, pooling="average"), (28, 28, 1))
    kind = "AveragePooling2D" if style == "lenet" else "MaxPooling2D"
    assert kind in bench.kinds(model)


@pytest.mark.parametrize(("normalization", "kind"), [("batch", "BatchNormalization"), ("layer", "LayerNormalization")])
@pytest.mark.parametrize("style", STYLES)
def test_normalisation_is_everywhere_or_nowhere(bench, weightless, style, normalization, kind):
    with_it = bench.network(conv, ConvOptions(style=style, normalization=normalization), (8, 8, 1))
    without = bench.network(conv, ConvOptions(style=style, normalization="none"), (8, 8, 1))
    convolutions = [name for name in bench.kinds(with_it) if name in ("Conv2D", "SeparableConv2D")]
    assert bench.kinds(with_it).count(kind) == len(convolutions)
    assert not any("Normalization" in name for name in bench.kinds(without))


@pytest.mark.parametrize("style", STYLES)
def test_bias_word_is_obeyed(bench, weightless, style):
    def biases(use_bias):
        options = ConvOptions(style=style, normalization="none", use_bias=use_bias, ending="flatten")
        return [w for w in bench.network(conv, options, (8, 8, 1)).weights if w.path.endswith("bias")]

    assert not biases(False)
    assert biases(True)


@pytest.mark.usefixtures("weightless")
def test_flatten_ending_caps_the_map_at_seven_by_seven(bench):
    options = ConvOptions(style="vgg", stages=1, filters=8, ending="flatten", units=16, dense_layers=2)
    model = bench.network(conv, options, (64, 20, 1))
    flat = next(layer for layer in model.layers if isinstance(layer, keras.layers.Flatten))
    assert flat.input.shape[1:] == (7, 5, 8)
    assert bench.kinds(model).count("Dense") == 2


@pytest.mark.usefixtures("weightless")
def test_dropouts_appear_only_when_asked(bench):
    plain = bench.network(conv, ConvOptions(), (8, 8, 1))
    assert not any("Dropout" in kind for kind in bench.kinds(plain))
    for style in STYLES:
        model = bench.network(conv, ConvOptions(style=style, dropout=0.3, spatial_dropout=0.1), (8, 8, 1))
        assert bench.kinds(model)[-1] == "Dropout"
        assert "SpatialDropout2D" in bench.kinds(model)


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras' own, when it saves
@pytest.mark.parametrize("style", STYLES)
def test_trains_and_survives_saving(bench, tmp_path, style):
    options = ConvOptions(style=style, stages=1, filters=4, blocks=1, dropout=0.1, augment="shift", l2=1e-4)
    model = bench.network(conv, options, (8, 8, 1), outputs=3)
    model.compile("sgd", "sparse_categorical_crossentropy")
    rng = np.random.default_rng(0)
    images = rng.random((8, 8, 8, 1), dtype="float32")
    before = [np.asarray(w.value) for w in model.trainable_weights]
    loss = model.train_on_batch(images, rng.integers(0, 3, 8))
    assert np.isfinite(loss)
    after = [np.asarray(w.value) for w in model.trainable_weights]
    assert not any(np.array_equal(old, new) for old, new in zip(before, after, strict=True))
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    restored, expected = (np.asarray(each(images, training=False)) for each in (again, model))
    np.testing.assert_allclose(restored, expected, rtol=1e-5)
