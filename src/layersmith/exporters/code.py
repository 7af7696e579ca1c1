"""Plain Keras source that rebuilds a model's architecture, without Layersmith.

The source defines `build_model() -> keras.Model`. Layers keep their order, nesting and names, so the weights of the
saved original load into what it builds: `build_model().load_weights("model.keras")`.
"""

import re
import sys
from pathlib import Path
from typing import Any

from layersmith.errors import GraphError
from layersmith.exporters.atomic import write_text
from layersmith.exporters.source.expression import Expression, call, layout
from layersmith.exporters.source.function import model_lines
from layersmith.exporters.source.naming import Names
from layersmith.exporters.source.objects import express
from layersmith.graph import Compiled, view
from layersmith.graph.view import functional_of

__all__ = ["save", "to_source"]

_INDENT = "    "
# Without this line Keras warns that the optimizer state of a trained model does not fit.
_BUILD_OPTIMIZER = "model.optimizer.build(model.trainable_variables)"
_DOTTED_NAME = re.compile(r"(?<![\w.)\]])[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_COMPILE_DEFAULTS = {"run_eagerly": False, "steps_per_execution": 1}


def to_source(model: Any, *, header: str = "") -> str:
    """Return the source of a module whose `build_model()` rebuilds the model, compiled where the model is.

    Only settings that differ from Keras' defaults are written. Lines are at most 100 columns, laid out as `ruff format`
    leaves them.

    Args:
        model: A built Sequential or Functional model.
        header: Text for comment lines at the top.

    Raises:
        GraphError: If the model is subclassed or not built, holds a Lambda layer or a class that other code cannot
            import, or shares one layer between a nested model and its surroundings.

    Example:
        >>> import keras
        >>> layers = [keras.Input((4,)), keras.layers.Dense(1, activation="sigmoid", name="output")]
        >>> print(to_source(keras.Sequential(layers, name="linear")))
        import keras
        <BLANKLINE>
        <BLANKLINE>
        def build_model() -> keras.Model:
            return keras.Sequential(
                [
                    keras.Input((4,)),
                    keras.layers.Dense(1, activation="sigmoid", name="output"),
                ],
                name="linear",
            )
        <BLANKLINE>
        <BLANKLINE>
        if __name__ == "__main__":
            build_model().summary()
        <BLANKLINE>
    """
    graph = view(model)
    _require_separate_layers(model)
    module = _Module()
    module.add_function("build_model", model, graph.compiled)
    return module.text(header)


def save(model: Any, path: str | Path) -> Path:
    """Write `to_source(model)` to a file, whole or not at all, and return its path.

    Raises:
        GraphError: As `to_source`.
    """
    return write_text(path, to_source(model))


class _Module:
    """The functions of one generated module; those of nested models come before the ones that use them."""

    def __init__(self) -> None:
        self.functions: list[str] = []
        self.names = Names(["keras", "np", "build_model"])

    def add_function(self, name: str, model: Any, compiled: Compiled | None = None) -> None:
        lines, made = model_lines(model, self.nested)
        if compiled is None:
            lines.append(layout(made, prefix="return ", depth=1))
        else:
            lines.append(layout(made, prefix="model = ", depth=1))
            lines.append(layout(_compile_call(compiled), depth=1))
            if compiled.optimizer is not None:
                lines.append(f"{_INDENT}{_BUILD_OPTIMIZER}")
            lines.append(f"{_INDENT}return model")
        self.functions.append("\n".join([f"def {name}() -> keras.Model:", *lines]))

    def nested(self, model: Any) -> Expression:
        """Return what makes a nested model: a Sequential in place, a Functional by a function of its own."""
        if type(model).__name__ == "Sequential":
            return model_lines(model, self.nested)[1]
        name = self.names.new(f"build_{model.name}")
        self.add_function(name, model)
        return call(name)

    def text(self, header: str) -> str:
        body = "\n\n\n".join(self.functions)
        comment = "".join(f"# {line}".rstrip() + "\n" for line in header.splitlines())
        imports = "".join(f"{line}\n" for line in _imports(body))
        return f'{comment}{imports}\n\n{body}\n\n\nif __name__ == "__main__":\n{_INDENT}build_model().summary()\n'


def _imports(body: str) -> list[str]:
    """Return the import lines of the modules that dotted names in the source start with."""
    code_alone = _STRING.sub("", body)
    roots = {
        name for name in _DOTTED_NAME.findall(code_alone) if name.partition(".")[0] not in ("keras", "model", "np")
    }
    numpy = ["import numpy as np"] if "np." in code_alone else []
    return sorted({"import keras", *(f"import {_module(name)}" for name in roots), *numpy})


def _module(name: str) -> str:
    """Return the longest part of a dotted name that is an imported module."""
    module = name.rpartition(".")[0]
    while module not in sys.modules and "." in module:
        module = module.rpartition(".")[0]
    return module


def _compile_call(compiled: Compiled) -> Expression:
    named: dict[str, Expression] = {"optimizer": _optimizer(compiled.optimizer)}
    for name in ("loss", "loss_weights", "metrics", "weighted_metrics"):
        if getattr(compiled, name) is not None:
            named[name] = express(getattr(compiled, name))
    for name, default in _COMPILE_DEFAULTS.items():
        if compiled.options.get(name, default) != default:
            named[name] = express(compiled.options[name])
    return call("model.compile", **named)


def _optimizer(serialized: Any) -> Expression:
    """Return the optimizer with its learning rate, even where that is the default, and without an automatic name."""
    expression = express(serialized)
    if isinstance(expression, str):
        return expression
    named = {item.prefix.removesuffix("="): item.value for item in expression.items}
    if "learning_rate" in serialized["config"]:
        named = {"learning_rate": express(serialized["config"]["learning_rate"]), **named}
    if re.fullmatch(serialized["class_name"] + r"(\d+)?", serialized["config"].get("name", "").replace("_", ""), re.I):
        named.pop("name", None)
    return call(expression.head, **named)


def _require_separate_layers(model: Any) -> None:
    """Refuse a layer that belongs to two models: two functions cannot write it as one."""
    owners: dict[int, str] = {}
    pending, seen = [model], {id(model)}
    while pending:
        owner = pending.pop()
        for layer in functional_of(owner).layers:
            if owners.setdefault(id(layer), owner.name) != owner.name:
                raise GraphError(
                    f"layer {layer.name!r} belongs to {owner.name!r} and to {owners[id(layer)]!r}",
                    expected="each layer in one model",
                    fix="save the model as a .keras file, or build it without the nested model",
                )
            if (hasattr(layer, "_inputs_struct") or hasattr(layer, "_functional")) and id(layer) not in seen:
                seen.add(id(layer))
                pending.append(layer)
