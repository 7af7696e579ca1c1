"""Models that are made again and again."""

import keras
import numpy as np
import pytest

from layersmith.errors import SpaceError
from layersmith.experiments.blueprint import blueprint_of, space_of


def same(left, right):
    return all(np.array_equal(*pair) for pair in zip(left.get_weights(), right.get_weights(), strict=True))


def test_a_model_is_copied_with_fresh_weights_and_stays_as_it_is(make_network, make_rows):
    model, (x, y) = make_network(), make_rows()
    model.fit(x, y, verbose=0)
    before = [weight.copy() for weight in model.get_weights()]
    source = blueprint_of(model)
    first, again, other = (source.make(seed).model for seed in (0, 0, 1))
    assert same(first, again)
    assert not same(first, other)
    assert not same(first, model)
    assert all(np.array_equal(*pair) for pair in zip(before, model.get_weights(), strict=True))
    assert type(first.optimizer) is type(model.optimizer)
    assert float(first.optimizer.learning_rate) == pytest.approx(0.01)
    assert first.loss == model.loss
    assert int(first.optimizer.iterations.value) == 0


def test_frozen_layers_keep_their_weights(make_network):
    model = make_network()
    model.layers[0].trainable = False
    copy = blueprint_of(model).make(5).model
    assert np.array_equal(copy.layers[0].get_weights()[0], model.layers[0].get_weights()[0])
    assert not np.array_equal(copy.layers[1].get_weights()[0], model.layers[1].get_weights()[0])


def test_a_build_function_gets_its_values(make_network):
    def build(hp):
        return make_network(hp.Int("units", 4, 16), rate=hp.Float("rate", 1e-3, 1e-1, default=0.05))

    made = blueprint_of(build, {"units": 6}).make(0)
    assert made.model.layers[0].units == 6
    assert made.values == {"units": 6, "rate": 0.05}
    assert [entry.name for entry in space_of(build).space] == ["units", "rate"]
    assert same(made.model, blueprint_of(build, {"units": 6}).make(0).model)


def test_a_build_function_may_take_nothing(make_network):
    assert blueprint_of(lambda: make_network(5)).make(0).model.layers[0].units == 5
    assert blueprint_of(make_network).make(0).model.layers[0].units == 8  # its arguments all have defaults


def test_a_layer_that_every_build_shares_is_copied(make_rows):
    x, _ = make_rows()
    normalization = keras.layers.Normalization()
    normalization.adapt(x)

    def build():
        model = keras.Sequential([keras.Input((4,)), normalization, keras.layers.Dense(1)])
        model.compile("sgd", "mse")
        return model

    source = blueprint_of(build)
    assert source.make(0).model.layers[0] is not source.make(1).model.layers[0]


@pytest.mark.parametrize(
    ("values", "said"),
    [({"unit": 6}, "no hyperparameter 'unit'"), ({"units": 99}, "has the value 99")],
)
def test_values_outside_the_space_are_refused(values, said, make_network):
    with pytest.raises(SpaceError, match=said):
        blueprint_of(lambda hp: make_network(hp.Int("units", 4, 16)), values)


def test_what_is_no_model_is_refused(make_network):
    with pytest.raises(SpaceError, match="list as a model"):
        blueprint_of([])
    with pytest.raises(SpaceError, match="not compiled"):
        blueprint_of(keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)]))
    with pytest.raises(SpaceError, match="built already"):
        blueprint_of(make_network(), {"units": 3})
    with pytest.raises(SpaceError, match="build returned int"):
        blueprint_of(lambda: 3).make(0)
    with pytest.raises(SpaceError, match="without an argument"):
        space_of(make_network)
