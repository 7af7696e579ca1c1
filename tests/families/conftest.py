"""Points of a family's space and networks without weights, for tests."""

from collections.abc import Iterator
from types import ModuleType
from typing import Any

import keras
import numpy as np
import pytest

from layersmith.data.spec import DataSpec, Kind, Task
from layersmith.space import HyperParameters, sample


@pytest.fixture
def weightless() -> Iterator[None]:
    """Layers built in such a test know their shapes, but allocate nothing: milliseconds instead of seconds."""
    with keras.StatelessScope(initialize_variables=False):
        yield
    keras.utils.clear_session(free_memory=False)  # else the next real layer would initialise all of these as well


class Bench:
    """What the tests of all families do."""

    @staticmethod
    def spec(shape: tuple[int, ...], kind: Kind | None = None, num_rows: int = 500) -> DataSpec:
        kind = kind or (Kind.IMAGE if len(shape) == 3 else Kind.SERIES)
        task = Task.MULTIREGRESSION if kind is Kind.FORECAST else Task.MULTICLASS
        return DataSpec(kind=kind, task=task, shape=shape, num_outputs=3, num_rows=num_rows)

    @staticmethod
    def declared(family: ModuleType, spec: DataSpec) -> HyperParameters:
        hp = HyperParameters()
        family.space(hp, spec)
        return hp

    @staticmethod
    def options(family: ModuleType, spec: DataSpec, values: dict[str, Any]) -> Any:
        hp = HyperParameters()
        hp.values = dict(values)
        return family.space(hp, spec)

    @classmethod
    def drawn(cls, family: ModuleType, spec: DataSpec, seed: int) -> Any:
        values = sample(cls.declared(family, spec), np.random.default_rng(seed))
        return cls.options(family, spec, values)

    @staticmethod
    def network(family: ModuleType, options: Any, shape: tuple[int, ...], outputs: int = 0) -> keras.Model:
        features = keras.Input(shape)
        hidden = family.body(features, options, Bench.spec(shape))
        return keras.Model(features, keras.layers.Dense(outputs, activation="softmax")(hidden) if outputs else hidden)

    @staticmethod
    def trainable(model: keras.Model) -> int:
        return sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)

    @staticmethod
    def kinds(model: keras.Model) -> list[str]:
        return [type(layer).__name__ for layer in model.layers]


@pytest.fixture(scope="session")
def bench() -> type[Bench]:
    return Bench
