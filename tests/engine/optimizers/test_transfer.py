"""The state to and from Keras: from the middle of one training into the other and back."""

import keras
import numpy as np
import pytest

from layersmith.engine.optimizers import export_state, import_state, resolve_optimizer
from layersmith.engine.unsupported import Unsupported

optimizers = keras.optimizers

CASES = {
    "sgd": lambda: optimizers.SGD(0.05),
    "sgd-momentum": lambda: optimizers.SGD(0.05, momentum=0.9),
    "rmsprop-all": lambda: optimizers.RMSprop(0.01, momentum=0.8, centered=True),
    "adam": lambda: optimizers.Adam(0.01),
    "adam-amsgrad": lambda: optimizers.Adam(0.01, amsgrad=True),
    "adamw-ema": lambda: optimizers.AdamW(0.01, use_ema=True),
    "nadam": lambda: optimizers.Nadam(0.01),
    "nadam-all": lambda: optimizers.Nadam(0.01, use_ema=True, gradient_accumulation_steps=2),
    "adamax": lambda: optimizers.Adamax(0.01),
    "adagrad": lambda: optimizers.Adagrad(0.01),
    "adadelta": lambda: optimizers.Adadelta(1.0),
    "lion": lambda: optimizers.Lion(0.01),
    "ftrl": lambda: optimizers.Ftrl(0.1),
    "schedule": lambda: optimizers.Adam(optimizers.schedules.ExponentialDecay(0.1, 2, 0.5)),
}


def take_over(ours, theirs):
    """Give `ours` the weights and the state of a Keras optimizer."""
    ours.params = {name: np.asarray(value) for name, value in theirs.weights().items()}
    ours.state = import_state(ours.optimizer, theirs.state(), ours.params)


def hand_back(ours, theirs):
    """Give a Keras optimizer the weights and the state of `ours`."""
    for name, variable in theirs.variables.items():
        variable.assign(ours.params[name])
    for variable, value in zip(theirs.optimizer.variables, ours.exported(), strict=True):
        variable.assign(value)


@pytest.mark.parametrize("case", CASES)
def test_training_goes_on_from_keras_and_back_in_keras(case, compiled, reference, params, gradients, same, same_state):
    batches = gradients(7)
    straight, theirs = reference(CASES[case](), params), reference(CASES[case](), params)
    ours = compiled(CASES[case](), params, jit=theirs.optimizer.gradient_accumulation_steps is not None)
    for batch in batches[:3]:
        straight.step(batch)
        theirs.step(batch)
    take_over(ours, theirs)
    for batch in batches[3:5]:
        same(ours.step(batch), straight.step(batch))
    hand_back(ours, theirs)
    for batch in batches[5:]:
        same(theirs.step(batch), straight.step(batch))
    same_state(theirs.state(), straight.state())


@pytest.mark.parametrize("case", CASES)
def test_what_is_imported_is_exported_unchanged(case, compiled, reference, params, gradients):
    theirs, ours = reference(CASES[case](), params), compiled(CASES[case](), params)
    theirs.step(gradients(1)[0])
    take_over(ours, theirs)
    exported = ours.exported()
    assert len(exported) == len(theirs.optimizer.variables)
    for value, variable in zip(exported, theirs.optimizer.variables, strict=True):
        assert value.dtype == variable.dtype
        np.testing.assert_array_equal(value, np.asarray(variable.value), err_msg=variable.path)


@pytest.mark.parametrize("case", CASES)
def test_the_first_state_is_that_of_a_built_optimizer(case, compiled, reference, params):
    theirs, ours = reference(CASES[case](), params), compiled(CASES[case](), params)
    for value, variable in zip(ours.exported(), theirs.optimizer.variables, strict=True):
        np.testing.assert_array_equal(value, np.asarray(variable.value), err_msg=variable.path)


def test_a_state_from_another_backend_may_count_in_int64(compiled, reference, params, gradients):
    theirs, ours = reference(CASES["adam"](), params), compiled(CASES["adam"](), params)
    theirs.step(gradients(1)[0])
    variables = [np.int64(1), *theirs.state()[1:]]
    state = import_state(ours.optimizer, variables, params)
    assert state["iterations"].dtype == np.int32
    assert int(state["iterations"]) == 1


@pytest.mark.parametrize("case", ["adam", "schedule"])
def test_an_optimizer_that_is_not_built_starts_fresh(case, compiled, params):
    theirs = CASES[case]()
    ours = compiled(CASES[case](), params)
    state = import_state(ours.optimizer, [np.asarray(variable.value) for variable in theirs.variables], params)
    assert int(state["iterations"]) == 0
    assert set(state) == {"iterations", "momentum", "velocity"}
    assert not any(np.asarray(value).any() for value in state["velocity"].values())


def test_the_optimizer_of_a_model_is_taken_over_in_the_order_of_its_variables():
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4), keras.layers.Dense(2)])
    model.compile(optimizer=CASES["nadam"](), loss="mse")
    rng = np.random.default_rng(0)
    model.fit(rng.normal(size=(8, 3)), rng.normal(size=(8, 2)), batch_size=4, verbose=0)
    optimizer, _ = resolve_optimizer(optimizers.serialize(model.optimizer))
    params = {variable.path: np.asarray(variable.value) for variable in model.trainable_variables}
    state = import_state(optimizer, [np.asarray(variable.value) for variable in model.optimizer.variables], params)
    assert int(state["iterations"]) == 2
    assert {name: value.shape for name, value in state["momentum"].items()} == {
        name: value.shape for name, value in params.items()
    }
    exported = export_state(optimizer, state, tuple(params))
    assert [place for place, value in enumerate(exported) if value is None] == [1], "the learning rate is not written"
    for value, variable in zip(exported, model.optimizer.variables, strict=True):
        if value is not None:
            np.testing.assert_array_equal(value, np.asarray(variable.value))


def test_too_many_variables_are_refused(compiled, reference, params):
    theirs, ours = reference(CASES["adam-amsgrad"](), params), compiled(CASES["adam"](), params)
    with pytest.raises(Unsupported, match="17 variables where 12 are known"):
        import_state(ours.optimizer, theirs.state(), params)


def test_a_variable_of_another_shape_is_refused(compiled, reference, params):
    theirs, ours = reference(CASES["sgd-momentum"](), params), compiled(CASES["sgd-momentum"](), params)
    swapped = dict(reversed(params.items()))
    with pytest.raises(Unsupported, match=r"momentum/still has shape \(4, 3\), not \(2,\)"):
        import_state(ours.optimizer, theirs.state(), swapped)
