import pytest

from layersmith.space import Builder, HyperParameters, explore, imply_conditions


class FailedError(Exception):
    """These values have no model."""


class FatalError(Exception):
    """The search is to end."""


def builder(build):
    return Builder(build=build, fatal=(FatalError,), failed=(FailedError,))


def explored(build, **arguments):
    return explore(builder(build), HyperParameters(), **{"loops": True, **arguments})


def conditions(space):
    return {entry.name: [(one.name, one.values) for one in entry.conditions] for entry in space.space}


def stack(hp):
    for layer in range(hp.Int("layers", 1, 4)):
        hp.Int(f"units_{layer}", 8, 64)


def test_a_loop_is_a_condition():
    assert conditions(explored(stack)) == {
        "layers": [],
        "units_0": [],
        "units_1": [("layers", (2, 3, 4))],
        "units_2": [("layers", (3, 4))],
        "units_3": [("layers", (4,))],
    }


def test_loops_are_left_alone_where_the_space_cannot_grow():
    assert list(conditions(explored(stack, loops=False))) == ["layers", "units_0"]


def test_a_loop_down_from_the_default():
    def build(hp):
        for layer in range(hp.Int("layers", 1, 3, default=3)):
            hp.Boolean(f"norm_{layer}")

    assert conditions(explored(build))["norm_2"] == [("layers", (3,))]


def test_numbers_that_count_nothing_cost_one_build():
    builds = []

    def build(hp):
        builds.append((hp.Int("kernel", 3, 7, step=2), hp.Int("units", 32, 512, step=32), hp.Float("rate", 0.0, 1.0)))

    assert all(not found for found in conditions(explored(build)).values())
    assert builds == [(3, 32, 0.0), (7, 32, 0.0)]


def test_scopes_that_do_not_hold_are_opened():
    def build(hp):
        kind = hp.Choice("kind", ["dense", "conv"])
        with hp.conditional_scope("kind", ["conv"]):
            if kind == "conv" and hp.Boolean("pool"):
                hp.Int("size", 2, 3)
            with hp.conditional_scope("kind", ["conv", "other"]):
                hp.Int("filters", 8, 16)

    found = conditions(explored(build))
    assert found["pool"] == [("kind", ("conv",))]
    assert found["filters"] == [("kind", ("conv",)), ("kind", ("conv", "other"))]


def test_a_loop_inside_a_scope():
    def build(hp):
        kind = hp.Choice("kind", ["dense", "conv"])
        with hp.conditional_scope("kind", ["conv"]):
            if kind == "conv":
                for layer in range(hp.Int("layers", 1, 2)):
                    hp.Int(f"filters_{layer}", 8, 16)

    assert conditions(explored(build))["filters_1"] == [("kind", ("conv",)), ("layers", (2,))]


def test_a_scope_of_a_value_that_cannot_be_chosen_ends_the_search_for_it():
    def build(hp):
        hp.Choice("kind", ["dense", "conv"])
        with hp.conditional_scope("kind", ["recurrent"]):
            hp.Int("units", 8, 16)

    assert list(conditions(explored(build))) == ["kind", "units"]


def test_what_is_known_in_advance_counts():
    space = HyperParameters()
    space.Int("layers", 1, 2)
    assert list(conditions(explore(builder(stack), space, loops=True))) == ["layers", "units_0", "units_1"]


class TestBuildsThatFail:
    def test_the_first_one_says_so(self):
        def build(hp):
            raise KeyError("typo")

        with pytest.raises(KeyError, match="typo"):
            explored(build)

    def test_the_first_one_may_be_a_failed_trial(self):
        def build(hp):
            hp.Int("units", 32, 512)
            raise FailedError("too slow")

        assert list(conditions(explored(build))) == ["units"]

    def test_a_later_one_is_passed_over(self):
        def build(hp):
            layers = hp.Int("layers", 1, 3)
            if layers == 2:
                raise ValueError("no")
            stack(hp)

        assert conditions(explored(build))["units_2"] == [("layers", (3,))]

    def test_what_is_fatal_ends_it(self):
        def build(hp):
            if hp.Int("layers", 1, 3) > 1:
                raise FatalError("stop")

        with pytest.raises(FatalError, match="stop"):
            explored(build)


class TestLateEntries:
    def built(self, build, **values):
        space = explored(build)
        hp = space.copy()
        hp.values = values
        hp.ensure_active_values()
        build(hp)
        imply_conditions(builder(build), space, hp)
        return hp

    def test_the_choice_they_hang_on_is_found(self):
        def build(hp):
            kind = hp.Choice("kind", ["dense", "conv", "recurrent"])
            hp.Choice("activation", ["relu", "tanh"])
            if kind != "dense":
                hp.Int("size", 2, 5)
            if kind == "recurrent":
                hp.Boolean("both_ways")

        hp = self.built(build, kind="conv", activation="tanh")
        assert conditions(hp)["size"] == [("kind", ("conv", "recurrent"))]
        assert conditions(hp)["both_ways"] == [("kind", ("recurrent",))]
        assert hp.values == {"kind": "conv", "activation": "tanh", "size": 2}

    def test_two_parents(self):
        def build(hp):
            if hp.Boolean("deep") and hp.Choice("kind", ["dense", "conv"]) == "conv":
                hp.Int("size", 2, 5)

        space = explored(build)
        assert list(conditions(space)) == ["deep"]
        hp = self.built(build, deep=True)
        assert conditions(hp)["kind"] == [("deep", (True,))]

    def test_nothing_is_built_where_nothing_is_new(self):
        builds = []

        def build(hp):
            builds.append(hp.Choice("kind", ["dense", "conv"]))

        self.built(build, kind="conv")
        assert builds == ["dense", "conv"]
