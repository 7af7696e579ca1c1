import keras
import numpy as np
import pytest

from layersmith.families.conv.augment import augmented

IMAGE = np.arange(64, dtype="float32").reshape(1, 8, 8, 1)


def layer(augment, shape=(8, 8, 1)):
    features = keras.Input(shape)
    return keras.Model(features, augmented(features, augment))


def rolled(image, rows, columns):
    """The image moved by whole pixels, its border repeated."""
    moved = np.pad(image[0, :, :, 0], 1, mode="edge")
    return moved[1 - rows : 9 - rows, 1 - columns : 9 - columns]


def test_none_adds_no_layer():
    features = keras.Input((8, 8, 1))
    assert augmented(features, "none") is features


@pytest.mark.parametrize("augment", ["shift", "shift_flip"])
def test_prediction_leaves_images_alone(augment):
    np.testing.assert_array_equal(layer(augment)(IMAGE, training=False), IMAGE)


def test_shift_moves_small_images_by_at_most_one_pixel():
    images = np.repeat(IMAGE, 40, axis=0)
    shifted = np.asarray(layer("shift")(images, training=True))[..., 0]
    allowed = {rolled(IMAGE, rows, columns).tobytes() for rows in (-1, 0, 1) for columns in (-1, 0, 1)}
    seen = {image.tobytes() for image in shifted}
    assert seen <= allowed
    assert len(seen) > 3  # each image has its own shift


def test_shift_flip_mirrors_about_half():
    images = np.repeat(IMAGE, 40, axis=0)
    mirrored = np.asarray(layer("shift_flip")(images, training=True))[:, 4, :, 0]
    share = np.mean(mirrored[:, 0] > mirrored[:, -1])
    assert 0.2 < share < 0.8


def test_shift_of_large_images_is_a_tenth():
    shift = layer("shift", (100, 50, 3)).layers[1]
    assert shift.height_factor == pytest.approx(0.1)
    assert shift.width_factor == pytest.approx(0.1)
