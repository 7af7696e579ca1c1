import itertools
import math
from dataclasses import replace
from statistics import median

import numpy as np
import pytest

from layersmith.records import Candidate, Training, Trial
from layersmith.space import HyperParameters
from layersmith.strategies import GPStrategy, RandomStrategy
from layersmith.strategies.gp.work import learn_work, log_work
from layersmith.strategies.lattice import Lattice

COLUMNS, CLASSES = 100, 2


def space():
    hp = HyperParameters()
    hp.Choice("activation", ["relu", "tanh", "gelu"])
    hp.Int("layers", 1, 3)
    hp.Int("units_0", 32, 512, step=32)
    hp.Int("units_1", 32, 512, step=32, parent_name="layers", parent_values=[2, 3])
    hp.Int("units_2", 32, 512, step=32, parent_name="layers", parent_values=[3])
    hp.Float("rate", 1e-4, 1e-2, sampling="log")
    return hp


def macs(values):
    widths = [COLUMNS, *(values[f"units_{layer}"] for layer in range(values["layers"])), CLASSES]
    return sum(before * after for before, after in itertools.pairwise(widths))


def trained(candidate, score=0.5, epochs=10):
    curve = (0.5,) * epochs
    run = Training(curves={"loss": curve}, best_epoch=1, planned_epochs=epochs, seconds=1.0, stopped="finished")
    size = macs(candidate.values)
    return Trial(candidate=candidate, score=score, trainings=(run,), macs=size, params=size)


def dense(**values):
    return Candidate(values={"layers": 1, "units_0": 256, **values}, origin="gp")


def test_work_grows_with_epochs_folds_and_size_and_with_updates():
    trial = trained(dense())
    assert log_work(trained(dense(), epochs=20)) - log_work(trial) == pytest.approx(math.log(2))
    assert log_work(replace(trial, trainings=trial.trainings * 3)) - log_work(trial) == pytest.approx(math.log(3))
    assert log_work(trained(dense(units_0=512))) > log_work(trial)
    assert log_work(trained(dense(batch_size=8))) > log_work(trial) > log_work(trained(dense(batch_size=256)))
    assert log_work(trained(dense(batch_size=32))) == log_work(trial)


@pytest.mark.parametrize("changes", [{"state": "pruned"}, {"state": "failed"}, {"macs": 0}, {"trainings": ()}])
def test_the_work_of_some_trials_tells_nothing(changes):
    assert math.isnan(log_work(replace(trained(dense()), **changes)))


def test_the_work_of_untried_networks_is_told_from_a_few():
    hp = space()
    lattice = Lattice(hp.space)
    trials = [trained(candidate) for candidate in RandomStrategy(hp, 0).ask(12)]
    tried = np.stack([lattice.locate(trial.candidate.values) for trial in trials])
    work = learn_work(lattice, tried, np.array([log_work(trial) for trial in trials]))
    codes = lattice.activate(lattice.draw(300, np.random.default_rng(1)))
    truth = [log_work(trained(Candidate(values=lattice.values_of(row), origin="gp"))) for row in codes.tolist()]
    assert np.corrcoef(work.log(codes), truth)[0, 1] > 0.9
    assert np.ptp(work.log(codes)) == pytest.approx(np.ptp(truth), rel=0.4)


@pytest.mark.parametrize("logs", [[np.nan, np.nan, np.nan], [3.0, 3.0, np.nan]])
def test_nothing_is_learned_where_work_is_unknown_or_the_same(logs):
    lattice = Lattice(space().space)
    tried = np.stack([lattice.locate(candidate.values) for candidate in RandomStrategy(space(), 0).ask(3)])
    assert learn_work(lattice, tried, np.array(logs)) is None


def searched(seed, *, told, number=30):
    """Return what a search took, and the best loss; width and depth hardly matter."""
    strategy, took, losses = GPStrategy(space(), seed, higher_is_better=False), 0, []
    for _ in range(number):
        [candidate] = strategy.ask(1)
        values = candidate.values
        loss = (np.log10(values["rate"]) + 3) ** 2 + 0.3 * (values["activation"] != "gelu") + values["units_0"] / 1e5
        trial = trained(candidate, float(loss))
        strategy.tell([trial if told else replace(trial, macs=0)])
        took, losses = took + macs(values), [*losses, loss]
    return took, min(losses)


def test_a_search_that_knows_the_work_takes_less_and_finds_as_much():
    known, unknown = ([searched(seed, told=told) for seed in range(5)] for told in (True, False))
    assert median(took for took, _ in known) < 0.6 * median(took for took, _ in unknown)
    assert median(loss for _, loss in known) <= median(loss for _, loss in unknown) + 0.01


def test_a_design_prefers_the_cheaper_of_its_next_points():
    def design(seed, told):
        strategy, sizes = GPStrategy(space(), seed, higher_is_better=False), []
        for _ in range(5):
            [candidate] = strategy.ask(1)
            strategy.tell([trained(candidate) if told else replace(trained(candidate), macs=0)])
            sizes.append(macs(candidate.values))
        return sum(sizes[2:])  # two have to be known to tell dear from cheap

    assert median(design(seed, True) / design(seed, False) for seed in range(7)) < 0.7


@pytest.mark.parametrize("told", [2, 4, 8])
def test_a_search_told_of_earlier_trials_goes_on_as_the_first_would_have(told):
    first, trials = GPStrategy(space(), 3, higher_is_better=False), []
    for _ in range(told):
        [candidate] = first.ask(1)
        trials.append(trained(candidate, score=macs(candidate.values) / 1e6 + candidate.values["rate"]))
        first.tell(trials[-1:])
    again = GPStrategy(space(), 3, higher_is_better=False)
    again.tell(trials[::-1])
    assert again.ask(1) == first.ask(1)
