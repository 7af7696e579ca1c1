import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jax import lax
from keras import layers

from layersmith.engine.lower.windows import Window, require_channels_last, shifted_slices, window_of
from layersmith.engine.unsupported import Unsupported
from layersmith.graph import Node


def _node(layer, **changes):
    config = {**layer.get_config(), **changes}
    kind = type(layer).__name__
    return Node(
        name=layer.name,
        layer_name=layer.name,
        class_name=kind,
        module="keras.layers",
        registered_name=kind,
        config=config,
        operation=layer,
    )


def _window(size, strides=1, dilation=1, padding="valid"):
    return Window(size=(size,), strides=(strides,), dilation=(dilation,), padding=padding)


@settings(max_examples=200, deadline=None)
@given(length=st.integers(1, 40), size=st.integers(1, 9), strides=st.integers(1, 6), dilation=st.integers(1, 4))
def test_padding_is_that_of_xla(length, size, strides, dilation):
    window = _window(size, strides, dilation, "same")
    pads = lax.padtype_to_pads((length,), window.extents, window.strides, "SAME")
    assert window.pads((length,)) == tuple(tuple(int(part) for part in pad) for pad in pads)
    assert window.stops((length,)) == (-(-length // strides),)


@settings(max_examples=30, deadline=None)
@given(
    length=st.integers(1, 12),
    size=st.integers(1, 4),
    strides=st.integers(1, 3),
    dilation=st.integers(1, 3),
    padding=st.sampled_from(["valid", "same", "causal"]),
)
def test_slices_read_what_the_formula_says(length, size, strides, dilation, padding):
    window = _window(size, strides, dilation, padding)
    stops = window.stops((length,))[0]
    if stops < 1:
        return
    before = window.pads((length,))[0][0]
    x = np.arange(1.0, length + 1, dtype="float32")
    slices = shifted_slices(jnp.asarray(x).reshape(1, length, 1), window, fill=-1.0)
    places = np.arange(stops) * strides - before
    for tap, part in enumerate(slices):
        at = places + tap * dilation
        expected = np.where((at >= 0) & (at < length), x[np.clip(at, 0, length - 1)], -1.0)
        np.testing.assert_array_equal(np.asarray(part).ravel(), expected)


def test_causal_windows_never_look_ahead():
    x = jnp.arange(1.0, 6.0).reshape(1, 5, 1)
    for step, part in enumerate(reversed(shifted_slices(x, _window(3, padding="causal")))):
        np.testing.assert_array_equal(np.asarray(part).ravel(), [*([0.0] * step), *range(1, 6 - step)])


def test_taps_are_in_row_major_order():
    window = Window(size=(2, 3), strides=(1, 1), dilation=(2, 1), padding="valid")
    assert window.taps == ((0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2))
    assert window.extents == (3, 3)
    x = jnp.arange(12.0).reshape(1, 3, 4, 1)
    firsts = [float(part[0, 0, 0, 0]) for part in shifted_slices(x, window)]
    assert firsts == [0.0, 1.0, 2.0, 8.0, 9.0, 10.0]


def test_windows_are_read_from_configurations():
    assert window_of(_node(layers.Conv2D(1, (2, 3), strides=2, padding="same"))) == Window(
        size=(2, 3), strides=(2, 2), dilation=(1, 1), padding="same"
    )
    assert window_of(_node(layers.MaxPooling1D(3)), "pool_size") == _window(3, strides=3)


def test_what_is_not_covered_is_refused():
    with pytest.raises(Unsupported, match="padding 'reflect'"):
        window_of(_node(layers.Conv1D(1, 2), padding="reflect"))
    with pytest.raises(Unsupported, match="channels_first"):
        require_channels_last(_node(layers.Flatten(data_format="channels_first")))
    require_channels_last(_node(layers.Permute((2, 1))))
