import keras
import pytest

from layersmith.engine.fitting.process import require_plain_process
from layersmith.engine.unsupported import Unsupported


@pytest.mark.parametrize("name", ["max_epochs", "max_steps_per_epoch"])
def test_a_limit_for_the_whole_process_is_left_to_keras(name):
    change = getattr(keras.config, f"set_{name}")
    change(2)
    try:
        with pytest.raises(Unsupported, match=f"{name} .* it is 2"):
            require_plain_process()
    finally:
        change(None)
    require_plain_process()


def test_a_distribution_is_left_to_keras():
    with (
        keras.distribution.DataParallel(auto_shard_dataset=False).scope(),
        pytest.raises(Unsupported, match="distribution"),
    ):
        require_plain_process()
    require_plain_process()
