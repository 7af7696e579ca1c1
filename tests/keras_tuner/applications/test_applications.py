import keras
import keras_tuner
import numpy as np
import pytest

import layersmith.keras_tuner as kt
from layersmith.families.initial import drawn_by_numpy
from layersmith.keras_tuner.errors import FatalValueError

ours, theirs = kt.applications, keras_tuner.applications
SHAPE = {"input_shape": (32, 32, 3), "classes": 7}


def built(package, name, values=None, **arguments):
    hp = package.HyperParameters()
    hp.values = dict(values or {})
    with drawn_by_numpy():  # the peer's too
        return getattr(package.applications, name)(**arguments).build(hp), hp


def shown(hp):
    return [(type(entry).__name__, entry.name, entry.default) for entry in hp.space]


def same(name, values=None, **arguments):
    """Build with both packages; return both models once spaces and parameters agree."""
    (mine, hp), (peer, peer_hp) = (built(package, name, values, **arguments) for package in (kt, keras_tuner))
    assert shown(hp) == shown(peer_hp)
    assert mine.count_params() == peer.count_params()
    assert mine.output_shape == peer.output_shape
    return mine, peer


class TestResNet:
    def test_the_default_is_keras_tuners(self):
        model, peer = same("HyperResNet", **SHAPE)
        assert (model.loss, type(model.optimizer)) == (peer.loss, type(peer.optimizer))
        assert float(model.optimizer.learning_rate) == pytest.approx(0.01)

    @pytest.mark.parametrize(("version", "params"), [("v1", 23_602_055), ("next", 22_815_047)])
    def test_versions_have_as_many_parameters(self, version, params):
        model, _ = built(kt, "HyperResNet", {"version": version, "pooling": "max", "optimizer": "sgd"}, **SHAPE)
        assert model.count_params() == params  # of keras_tuner.applications.HyperResNet

    def test_without_its_top(self):
        model, _ = built(kt, "HyperResNet", include_top=False, input_tensor=keras.Input((32, 32, 3)))
        assert model.output_shape == (None, 2048)
        assert not model.compiled


class TestXception:
    @pytest.mark.parametrize(
        "values",
        [
            {"activation": "relu", "num_residual_blocks": 2, "num_dense_layers": 2},
            {"activation": "selu", "num_residual_blocks": 2, "pooling": "flatten", "dropout_rate": 0.0},
        ],
    )
    def test_it_is_keras_tuners(self, values):
        same("HyperXception", values, **SHAPE)

    def test_without_its_top(self):
        same("HyperXception", {"num_residual_blocks": 2, "pooling": "max"}, include_top=False, input_shape=(16, 16, 3))


class TestEfficientNet:
    def test_a_network_behind_an_augmentation(self):
        augmentation = ours.HyperImageAugment(input_shape=(32, 32, 3))
        model, hp = built(kt, "HyperEfficientNet", weights=None, augmentation_model=augmentation, **SHAPE)
        plain = 4_049_571  # keras.applications.EfficientNetB0 without its top
        seeds = sum(int(np.prod(one.shape)) for one in model.non_trainable_variables if "seed" in one.path)
        assert model.count_params() - plain == 7 * 1280 + 7
        assert seeds > 0
        assert [entry.name for entry in hp.space][-4:] == ["version", "pooling", "top_dropout_rate", "learning_rate"]
        assert (model.loss, float(model.optimizer.momentum)) == ("categorical_crossentropy", pytest.approx(0.1))

    def test_an_augmentation_is_a_model(self):
        with pytest.raises(FatalValueError, match="augmentation_model is 3"):
            ours.HyperEfficientNet(augmentation_model=3, **SHAPE)


class TestImageAugment:
    @pytest.mark.parametrize(
        "arguments",
        [
            {},
            {"augment_layers": 0},
            {"augment_layers": [2, 4], "rotate": None, "contrast": [0.1, 0.2]},
            {"augment_layers": 0, "rotate": [0.2, 0.3], "translate_x": 0.1, "translate_y": None, "contrast": None},
        ],
    )
    def test_the_space_is_keras_tuners(self, arguments):
        (model, hp), (peer, peer_hp) = (
            built(package, "HyperImageAugment", input_shape=(8, 8, 3), **arguments) for package in (kt, keras_tuner)
        )
        assert shown(hp) == shown(peer_hp)
        assert (model.name, model.output_shape) == (peer.name, (None, 8, 8, 3))

    @pytest.mark.parametrize("augment_layers", [0, 1])
    def test_images_change_while_training_only(self, augment_layers):
        values = {"factor_rotate": 0.5, "factor_translate_x": 0.4, "factor_translate_y": 0.4, "factor_contrast": 0.3}
        model, _ = built(kt, "HyperImageAugment", values, input_shape=(8, 8, 3), augment_layers=augment_layers)
        images = np.random.default_rng(0).random((4, 8, 8, 3)).astype("float32")
        np.testing.assert_array_equal(model(images, training=False), images)
        changed = np.asarray(model(images, training=True))
        assert all(not np.array_equal(one, other) for one, other in zip(changed, images, strict=True))

    def test_it_can_be_saved(self, tmp_path):
        model, _ = built(kt, "HyperImageAugment", {"factor_rotate": 0.5}, input_shape=(8, 8, 3))
        model.save(tmp_path / "it.keras")
        layer = keras.saving.load_model(tmp_path / "it.keras").layers[1]
        assert layer.factors["rotate"] == 0.5

    @pytest.mark.parametrize("wrong", [{"rotate": "much"}, {"contrast": [0.1, 0.2, 0.3]}, {"augment_layers": 1.5}])
    def test_what_is_no_strength_is_the_same_kind_of_error(self, wrong):
        for package in (ours, theirs):
            with pytest.raises(ValueError, match=next(iter(wrong))):
                package.HyperImageAugment(input_shape=(8, 8, 3), **wrong)


@pytest.mark.parametrize("name", ["HyperResNet", "HyperXception", "HyperEfficientNet"])
@pytest.mark.parametrize("arguments", [{"input_shape": (8, 8, 3)}, {"classes": 3}])
def test_images_and_classes_must_be_known(name, arguments):
    for package in (ours, theirs):
        with pytest.raises(ValueError, match=r"classes|input_shape"):
            getattr(package, name)(**arguments)
