"""Calls of `keras.ops` -> `keras.ops.where(mask, 0.0, x)`, `x * 2`, `x[:, 0]`."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from layersmith.errors import GraphError
from layersmith.exporters.source.expression import Expression, call, flat
from layersmith.exporters.source.literals import index, literal
from layersmith.graph import Node, Reference

__all__ = ["operation_call"]

_OPERATORS = {
    "Add": "+",
    "FloorDivide": "//",
    "Greater": ">",
    "GreaterEqual": ">=",
    "Less": "<",
    "LessEqual": "<=",
    "Matmul": "@",
    "Mod": "%",
    "Multiply": "*",
    "Power": "**",
    "Subtract": "-",
    "TrueDivide": "/",
}


def operation_call(node: Node, operand: Callable[[Any], Expression]) -> Expression:
    """Return the expression of a node that is a bare operation.

    Args:
        node: A node with `is_operation`.
        operand: Gives the expression of one argument of the call, a structure of references and constants.

    Raises:
        GraphError: If `keras.ops` has no function for the operation.
    """
    if node.class_name == "GetItem":
        return f"{flat(operand(node.args[0]))}[{index(node.args[1])}]"
    if node.class_name == "Negative":
        return f"-{flat(operand(node.args[0]))}"
    if node.class_name in _OPERATORS and _is_infix(node):
        left, right = (flat(operand(value)) for value in node.args)
        sign = _OPERATORS[node.class_name]
        return f"{left}**{right}" if sign == "**" else f"{left} {sign} {right}"
    return _function_call(node, operand)


def _is_infix(node: Node) -> bool:
    """Whether Python's operator finds the tensor: it stands left, or right of a plain number."""
    if len(node.args) != 2 or node.kwargs:
        return False
    left, right = node.args
    plain = bool | int | float
    return isinstance(left, Reference | plain) and isinstance(right, Reference | plain)


def _function_call(node: Node, operand: Callable[[Any], Expression]) -> Expression:
    function, name = _function(node)
    given = inspect.signature(node.operation.call).bind(*node.args, **node.kwargs).arguments
    given = {key: value for key, value in given.items() if key not in node.implicit}
    config = {key: value for key, value in node.config.items() if key != "name"}
    positional: list[Expression] = []
    named: dict[str, Expression] = {}
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind is parameter.VAR_POSITIONAL:
            positional += [operand(value) for value in next(iter(given.values()), ())]
        elif parameter.name in given:
            _place(positional, named, parameter, operand(given[parameter.name]))
        elif parameter.name in config and not _same(config[parameter.name], parameter.default):
            _place(positional, named, parameter, literal(config[parameter.name]))
    return call(name, *positional, **named)


def _place(
    positional: list[Expression], named: dict[str, Expression], parameter: inspect.Parameter, value: Expression
) -> None:
    if parameter.default is parameter.empty and not named:
        positional.append(value)
    else:
        named[parameter.name] = value


def _same(value: Any, default: Any) -> bool:
    return type(value) is type(default) and bool(value == default)


def _function(node: Node) -> tuple[Callable[..., Any], str]:
    import keras

    name = _names(keras.ops).get(node.class_name.casefold())
    if name is None:
        raise GraphError(
            f"operation {node.class_name} ({node.name!r}) has no function of that name in keras.ops",
            expected="operations of keras.ops",
            fix="use a layer of keras.layers in its place, or save the model as a .keras file",
        )
    return getattr(keras.ops, name), f"keras.ops.{name}"


def _names(namespace: Any) -> Mapping[str, str]:
    """Map `nantonum` to `nan_to_num`: the class of an operation is its function in camel case."""
    return {name.replace("_", "").casefold(): name for name in dir(namespace) if not name.startswith("_")}
