"""Hypermodels: a space of models, and how one of them is trained."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from layersmith.engine.compiled import CompiledEngine
from layersmith.engine.fitting.run import Run
from layersmith.families.initial import drawn_by_numpy
from layersmith.keras_tuner.engine.training import ready, train
from layersmith.keras_tuner.errors import FatalValueError
from layersmith.space import HyperParameters

__all__ = ["HyperModel", "get_hypermodel", "tuned"]

_TUNED = ("batch_size", "epochs")


class HyperModel:
    """A space of models; a subclass says in `build` how one of them is made.

    A subclass may also override `fit`, and `declare_hyperparameters` for entries that `build` does not ask for.

    Attributes:
        name: Its name.
        tunable: Whether the entries that `build` asks for are added to the space.

    Args:
        name: Its name.
        tunable: Whether the entries that `build` asks for are added to the space; else they are given in advance, or
            keep their defaults.

    Example:
        >>> import keras
        >>> class Regressor(HyperModel):
        ...     def build(self, hp):
        ...         units = hp.Choice("units", [8, 16])
        ...         model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(units), keras.layers.Dense(1)])
        ...         model.compile("adam", "mse")
        ...         return model
        >>> Regressor().build(HyperParameters()).count_params()
        41
    """

    def __init__(self, name: str | None = None, tunable: bool = True) -> None:
        self.name = name
        self.tunable = tunable
        self._build = self.build
        self.build = self._build_wrapper  # type: ignore[method-assign]

    def build(self, hp: HyperParameters) -> Any:
        """Return the model of some hyperparameter values.

        Args:
            hp: Asked for the values.
        """
        raise NotImplementedError(f"{type(self).__name__} does not say in build how a model is made")

    def _build_wrapper(self, hp: HyperParameters, *args: Any, **kwargs: Any) -> Any:
        with drawn_by_numpy():
            return self._build(hp if self.tunable else hp.copy(), *args, **kwargs)

    def declare_hyperparameters(self, hp: HyperParameters) -> None:
        """Ask for entries that `build` does not ask for."""

    def fit(self, hp: HyperParameters, model: Any, *args: Any, **kwargs: Any) -> Any:
        """Train a model as `model.fit` does, whole epochs compiled where every part has a compiled form.

        Hyperparameters named `batch_size` and `epochs` count where the search was given none. A subclass may call
        `model.fit`: it compiles epochs too, while a trial trains.

        Args:
            hp: The values of the trial.
            model: What `build` returned.
            *args: The arguments of `model.fit`.
            **kwargs: Likewise; `callbacks` holds those of the tuner beside the user's.

        Returns:
            Keras' `History`. A subclass may return a number, a dictionary of metrics, or a list of these.
        """
        return train(model, args, kwargs, self.engine, tuned(hp))

    def prepare_fit(self, hp: HyperParameters, model: Any, *args: Any, **kwargs: Any) -> Run | None:
        """Return the training that `fit` of this class does, ready to go in any thread; None where it is native.

        Args:
            hp: See `fit`.
            model: See `fit`.
            *args: See `fit`.
            **kwargs: See `fit`.
        """
        return ready(model, args, kwargs, self.engine, tuned(hp))

    @cached_property
    def engine(self) -> CompiledEngine:
        """Keeps compiled programs, for all trials."""
        return CompiledEngine()


def tuned(hp: HyperParameters) -> dict[str, Any]:
    """Return the arguments of `fit` that are hyperparameters."""
    return {name: hp.values[name] for name in _TUNED if name in hp.values}


class _OfFunction(HyperModel):
    """A hypermodel whose `build` is a function."""

    def __init__(self, function: Callable[[HyperParameters], Any]) -> None:
        self._function = function
        super().__init__()

    def build(self, hp: HyperParameters) -> Any:
        return self._function(hp)


def get_hypermodel(hypermodel: Any) -> HyperModel | None:
    """Return the hypermodel that an argument means.

    Args:
        hypermodel: A hypermodel, a function of hyperparameters that returns a model, or None.

    Raises:
        FatalValueError: If it is something else.
    """
    if hypermodel is None or isinstance(hypermodel, HyperModel):
        return hypermodel
    if not callable(hypermodel):
        raise FatalValueError(
            f"the hypermodel is {hypermodel!r}, a {type(hypermodel).__name__}",
            expected="a HyperModel, or a function build(hp) that returns a model",
            fix="pass the function itself, not what it returns",
        )
    return _OfFunction(hypermodel)
