import shutil

import pytest

from layersmith.records import Training, Trial
from layersmith.storage import StudyStore
from layersmith.strategies import RandomStrategy
from layersmith.testing.strategies import conditional_space


@pytest.fixture
def space():
    return conditional_space()


@pytest.fixture
def candidates(space):
    return RandomStrategy(space, seed=0).ask(8)


@pytest.fixture
def study_file(tmp_path):
    return tmp_path / "study.db"


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    """A study without trials, made once: creating tables is the slow part."""
    path = tmp_path_factory.mktemp("template") / "study.db"
    StudyStore.create(path, "digits", "maximize", {"seed": 3}, space=conditional_space()).close()
    return path


@pytest.fixture
def store(study_file, template):
    shutil.copy(template, study_file)
    with StudyStore.open(study_file) as opened:
        yield opened


@pytest.fixture
def complete():
    """Make a complete trial, with two folds."""

    def make(candidate, score=0.75, epochs=30):
        losses = tuple(1.0 / epoch for epoch in range(1, epochs + 1))
        training = Training(
            curves={"loss": losses, "val_loss": losses[::-1]},
            best_epoch=1,
            planned_epochs=40,
            seconds=0.1 + 0.2,
            stopped="patience",
        )
        numbers = {"score": score, "loss": 1 / 3, "params": 1234, "seconds": 2.5}
        return Trial(candidate=candidate, trainings=(training, training), **numbers)

    return make
