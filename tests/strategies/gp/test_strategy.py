from layersmith.strategies import GPStrategy
from layersmith.testing.strategies import SeededStrategyContract


class TestGPStrategy(SeededStrategyContract):
    def make(self, space, seed):
        return GPStrategy(space, seed, higher_is_better=False)


class TestGPStrategyUpwards(SeededStrategyContract):
    def make(self, space, seed):
        return GPStrategy(space, seed, higher_is_better=True)
