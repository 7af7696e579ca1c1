"""How a forecast sees its windows."""

import subprocess
import sys

import pytest

from layersmith.errors import SpaceError
from layersmith.families.view import SCALINGS, View


def test_views_compare_by_value_and_can_be_keys():
    assert View(scaling="last", log=True) == View(scaling="last", log=True)
    assert len({View(), View(), View(log=True)}) == 2


@pytest.mark.parametrize("scaling", SCALINGS)
def test_every_scaling_makes_a_view(scaling):
    assert View(scaling=scaling).scaling == scaling


def test_an_unknown_scaling_is_refused():
    with pytest.raises(SpaceError, match="'lats'") as caught:
        View(scaling="lats")
    assert "last, standard, none" in caught.value.expected


def test_loads_no_keras():
    code = "import sys, layersmith.families.view; print('keras' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "False"
