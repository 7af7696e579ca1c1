import pytest

from layersmith.exporters.source.expression import WIDTH, Group, Item, call, flat, layout, sequence


def test_flat_forms():
    assert flat(sequence("(", "1")) == "(1,)"
    assert flat(sequence("[", "1", "2")) == "[1, 2]"
    assert flat(call("f")) == "f()"
    assert flat(call(call("f", "1"), "x", mask="m")) == "f(1)(x, mask=m)"
    assert flat(Group(bracket="{", items=(Item(value="1", prefix='"a": '),))) == '{"a": 1}'


def test_what_fits_stays_on_its_line():
    assert layout(call("f", "1", "2"), prefix="x = ", depth=1) == "    x = f(1, 2)"


def test_a_long_call_is_opened_one_argument_a_line():
    long = "a" * 60
    assert layout(call("f", long, long), prefix="x = ", depth=1) == (
        f"    x = f(\n        {long},\n        {long},\n    )"
    )


def test_a_layer_is_opened_before_the_call_of_it():
    long = "a" * 60
    assert layout(call(call("Dense", long, long), "x"), prefix="x = ") == (
        f"x = Dense(\n    {long},\n    {long},\n)(x)"
    )


def test_a_long_list_of_tensors_is_opened_in_the_call():
    tensors = sequence("[", *(f"tensor_{number}" * 2 for number in range(9)))
    lines = layout(call(call("Concatenate"), tensors), prefix="x = ").splitlines()
    assert lines[0] == "x = Concatenate()("
    assert lines[1] == "    ["
    assert lines[-1] == ")"


def test_opened_groups_open_what_they_stand_in():
    assert layout(call("f", sequence("[", "1", opened=True))) == "f(\n    [\n        1,\n    ],\n)"


@pytest.mark.parametrize("count", [1, 5, 20, 60])
def test_lines_are_at_most_the_width(count):
    nested = call("outer", *(call("inner", *(str(n) for n in range(count))) for _ in range(4)), name='"n"')
    assert max(map(len, layout(nested, prefix="x = ", depth=1).splitlines())) <= WIDTH
