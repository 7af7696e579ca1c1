import pytest

import layersmith.strategies
from layersmith.errors import UnknownNameError
from layersmith.strategies import STRATEGIES, create_strategy
from layersmith.testing.strategies import small_space


@pytest.mark.parametrize("name", sorted(STRATEGIES))
def test_every_registered_strategy_asks(name):
    strategy = create_strategy(name, small_space(), seed=0, higher_is_better=True)
    assert len(strategy.ask(2)) == 2
    assert len({candidate.origin for candidate in strategy.ask(2)} & {name}) == 1


def test_an_unknown_strategy_is_refused_with_the_nearest():
    with pytest.raises(UnknownNameError, match=r"'tpee'\n.*grid, random, sobol, tpe\n.*'tpe'"):
        create_strategy("tpee", small_space(), seed=0, higher_is_better=True)


def test_exported_names_are_sorted_and_there():
    names = layersmith.strategies.__all__
    assert names == [*sorted(name for name in names if name.isupper()), *sorted(n for n in names if not n.isupper())]
    assert all(hasattr(layersmith.strategies, name) for name in names)
