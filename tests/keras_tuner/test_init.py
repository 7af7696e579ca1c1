"""Names, signatures and defaults are KerasTuner's."""

import importlib
import inspect

import keras_tuner
import pytest

import layersmith
import layersmith.keras_tuner as kt

ENGINE = ("base_tuner", "hypermodel", "hyperparameters", "metrics_tracking", "oracle", "trial", "tuner")
MODULES = ["", ".errors", ".oracles", ".tuners", ".applications", ".engine", *(f".engine.{name}" for name in ENGINE)]
LEFT_OUT = {"HyperParameter", "deserialize", "serialize"}


def names_of(module):
    return {name for name in vars(module) if not name.startswith("_") and name not in LEFT_OUT}


@pytest.mark.parametrize("module", MODULES)
def test_every_name_is_there(module):
    theirs = importlib.import_module(f"keras_tuner{module}")
    ours = importlib.import_module(f"layersmith.keras_tuner{module}")
    assert names_of(theirs) - {"src", "protos"} <= set(dir(ours))


CLASSES = {
    kt: ("HyperModel", "Objective", "Oracle"),
    kt.tuners: ("BayesianOptimization", "GridSearch", "Hyperband", "RandomSearch", "SklearnTuner", "Tuner"),
    kt.applications: ("HyperEfficientNet", "HyperImageAugment", "HyperResNet", "HyperXception"),
    kt.oracles: ("BayesianOptimizationOracle", "GridSearchOracle", "HyperbandOracle", "RandomSearchOracle"),
    kt.engine.base_tuner: ("BaseTuner",),
    kt.engine.trial: ("Trial",),
}
CASES = [(module, name) for module, names in CLASSES.items() for name in names]


def signature(function):
    return [(one.name, one.kind, one.default) for one in inspect.signature(function).parameters.values()]


def peer(module, name):
    path = module.__name__.replace("layersmith.keras_tuner", "keras_tuner")
    return getattr(importlib.import_module(path), name)


@pytest.mark.parametrize(("module", "name"), CASES, ids=lambda each: getattr(each, "__name__", each))
def test_constructors_take_the_same(module, name):
    assert signature(getattr(module, name)) == signature(peer(module, name))


METHODS = [
    (kt, "Oracle", ["populate_space", "score_trial", "get_space", "update_space", "get_trial", "get_best_trials"]),
    (kt, "Oracle", ["remaining_trials", "get_state", "set_state", "save", "reload"]),
    (kt, "HyperModel", ["build", "declare_hyperparameters", "fit"]),
    (kt, "Tuner", ["get_best_models", "get_best_hyperparameters", "load_model", "save_model", "results_summary"]),
    (kt, "Tuner", ["search", "search_space_summary", "get_state", "set_state", "save", "reload", "get_trial_dir"]),
    (kt, "Tuner", ["on_search_begin", "on_search_end", "on_trial_begin", "on_trial_end", "pre_create_trial"]),
    (kt, "Tuner", ["on_batch_begin", "on_batch_end", "on_epoch_begin", "on_epoch_end"]),
    (kt, "Objective", ["has_value", "get_value", "better_than"]),
    (kt, "SklearnTuner", ["search", "run_trial", "save_model", "load_model"]),
    (kt.engine.trial, "Trial", ["summary", "display_hyperparameters", "get_state", "set_state"]),
]


@pytest.mark.parametrize(
    ("module", "name", "method"), [(module, name, method) for module, name, methods in METHODS for method in methods]
)
def test_methods_take_the_same(module, name, method):
    ours, theirs = (signature(getattr(kind, method)) for kind in (getattr(module, name), peer(module, name)))
    if (name, method) in {("Tuner", "on_batch_begin")}:  # theirs has no default for logs
        ours, theirs = ([(each, kind) for each, kind, _ in one] for one in (ours, theirs))
    assert ours == theirs


@pytest.mark.parametrize("method", ["create_trial", "update_trial", "end_trial"])
def test_synchronized_methods_take_the_same(method):
    theirs = {"create_trial": ["self", "tuner_id"], "end_trial": ["self", "trial"]}
    theirs["update_trial"] = ["self", "trial_id", "metrics", "step"]
    assert list(inspect.signature(getattr(kt.Oracle, method)).parameters) == theirs[method]


@pytest.mark.parametrize("name", ["FatalError", "FailedTrialError", "FatalValueError", "FatalTypeError"])
def test_errors_inherit_the_same_and_take_a_message(name):
    ours, theirs = getattr(kt.errors, name), getattr(keras_tuner.errors, name)
    builtin = {kind for kind in theirs.__mro__ if kind.__module__ == "builtins"}
    assert builtin <= set(ours.__mro__)
    assert issubclass(ours, layersmith.errors.LayersmithError)
    assert str(ours("too slow")) == "too slow"


def test_the_package_is_found_without_its_own_import():
    assert layersmith.keras_tuner is kt
