"""A published architecture."""

import dataclasses

import pytest

from layersmith.families import FAMILIES, Established
from layersmith.families.family import Family, Options


def test_is_frozen_and_named_by_keyword():
    entry = Established(name="LeNet-5", source="LeCun et al. 1998", values={"conv/style": "lenet"})
    with pytest.raises(dataclasses.FrozenInstanceError):
        entry.name = "other"
    with pytest.raises(TypeError):
        Established("LeNet-5", "LeCun et al. 1998", {})


@pytest.mark.parametrize("family", FAMILIES.values(), ids=list(FAMILIES))
def test_every_registered_module_is_a_family(family):
    wanted = {name for name in (*Family.__annotations__, *vars(Family)) if not name.startswith("_")}
    assert wanted == {"NAME", "KINDS", "space", "body", "portfolio"}
    assert all(hasattr(family, name) for name in wanted)
    assert FAMILIES[family.NAME] is family


def test_options_of_every_family_hold_the_penalties():
    assert {name for name in vars(Options) if not name.startswith("_")} == {"l1", "l2"}
