import subprocess
import sys

import pytest

import layersmith.strategies
from layersmith.errors import StrategyError, UnknownNameError
from layersmith.strategies import STRATEGIES, create_strategy
from layersmith.testing.strategies import small_space


@pytest.mark.parametrize("name", sorted(STRATEGIES))
def test_every_registered_strategy_asks(name):
    strategy = create_strategy(name, small_space(), seed=0, higher_is_better=True)
    assert len(strategy.ask(2)) == 2
    assert len({candidate.origin for candidate in strategy.ask(2)} & {name}) == 1


def test_an_unknown_strategy_is_refused_with_the_nearest():
    with pytest.raises(UnknownNameError, match=r"'tpee'\n.*random, sobol, tpe\n.*'tpe'"):
        create_strategy("tpee", small_space(), seed=0, higher_is_better=True)


@pytest.mark.parametrize("name", sorted(set(STRATEGIES) - {"nsga2"}))
def test_several_objectives_are_refused_with_the_strategy_that_takes_them(name):
    with pytest.raises(StrategyError, match=rf"'{name}' with 2 objectives\n.*one objective\n.*nsga2"):
        create_strategy(name, small_space(), seed=0, higher_is_better=(True, False))


@pytest.mark.parametrize("name", sorted(STRATEGIES))
def test_a_list_of_one_objective_is_one_objective(name):
    strategies = [create_strategy(name, small_space(), seed=0, higher_is_better=higher) for higher in (True, [True])]
    assert strategies[0].ask(2) == strategies[1].ask(2)


def test_keras_and_jax_stay_out():
    """Their start takes seconds."""
    code = """
import sys
from layersmith.space import HyperParameters
from layersmith.strategies import STRATEGIES, create_strategy
hp = HyperParameters()
hp.Int("units", 1, 50)
for name in STRATEGIES:
    create_strategy(name, hp, seed=0, higher_is_better=True).ask(12)
assert not {"keras", "jax", "tensorflow", "torch"} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_exported_names_are_sorted_and_there():
    names = layersmith.strategies.__all__
    assert names == [*sorted(name for name in names if name.isupper()), *sorted(n for n in names if not n.isupper())]
    assert all(hasattr(layersmith.strategies, name) for name in names)
