import json

import pytest

from layersmith.errors import DataError
from layersmith.study.budget import Budget
from layersmith.study.settings import Settings


def test_settings_survive_json():
    settings = Settings(
        source="digits.npz", budget=Budget(seconds=30.0, trials=4), read={"target": ["a", "b"]}, seed=3, holdout=0.3
    )
    assert Settings.from_dict(json.loads(json.dumps(settings.to_dict()))) == settings


@pytest.mark.parametrize("holdout", [0.0, -0.1, 0.9, 1.5, float("nan")])
def test_a_holdout_is_a_share(holdout):
    with pytest.raises(DataError, match="holdout") as caught:
        Settings(source="x", budget=Budget(trials=1), holdout=holdout)
    assert "--holdout 0.2" in caught.value.fix


def test_a_seed_is_not_negative():
    with pytest.raises(DataError, match="seed of -1"):
        Settings(source="x", budget=Budget(trials=1), seed=-1)
