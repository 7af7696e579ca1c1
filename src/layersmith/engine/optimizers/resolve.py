"""From the configuration of a Keras optimizer to its structure and its numbers."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from layersmith.engine.optimizers.adadelta import adadelta_rule
from layersmith.engine.optimizers.adagrad import adagrad_rule
from layersmith.engine.optimizers.adam import adam_rule
from layersmith.engine.optimizers.adamax import adamax_rule
from layersmith.engine.optimizers.clip import clipping_of
from layersmith.engine.optimizers.ema import averaging_of
from layersmith.engine.optimizers.ftrl import ftrl_rule
from layersmith.engine.optimizers.hyperparameters import with_complements
from layersmith.engine.optimizers.lion import lion_rule
from layersmith.engine.optimizers.nadam import nadam_rule
from layersmith.engine.optimizers.optimizer import SCHEDULE_PREFIX, Optimizer
from layersmith.engine.optimizers.rmsprop import rmsprop_rule
from layersmith.engine.optimizers.rule import Rule
from layersmith.engine.optimizers.sgd import sgd_rule
from layersmith.engine.schedules import Schedule, resolve_schedule
from layersmith.engine.unsupported import Unsupported

__all__ = ["RULES", "resolve_optimizer"]

RULES: dict[str, Callable[[Mapping[str, Any]], Rule]] = {
    "Adadelta": adadelta_rule,
    "Adagrad": adagrad_rule,
    "Adam": adam_rule,
    "AdamW": adam_rule,
    "Adamax": adamax_rule,
    "Ftrl": ftrl_rule,
    "Lion": lion_rule,
    "Nadam": nadam_rule,
    "RMSprop": rmsprop_rule,
    "SGD": sgd_rule,
}
"""Rules by the class name of Keras. The rest (Adafactor, Lamb, Muon, loss scaling) trains by `model.fit`."""


def resolve_optimizer(serialized: Any, *, no_decay: Iterable[str] = ()) -> tuple[Optimizer, dict[str, float]]:
    """Return the structure of a serialized optimizer, and its numbers.

    Args:
        serialized: What `keras.optimizers.serialize` gives, as in `Compiled.optimizer`.
        no_decay: Names of the variables to leave out of weight decay; see `excluded_from_decay`.

    Returns:
        The optimizer, and the numbers as floats: `learning_rate` or the schedule's `schedule.<name>`, the rule's own,
        and those of clipping, decay and averaging that are on. `to_runtime` makes of them what `Optimizer.update`
        takes.

    Raises:
        Unsupported: If the optimizer, its schedule or one of its options has no compiled form.

    Example:
        >>> optimizer, numbers = resolve_optimizer({"class_name": "SGD", "config": {
        ...     "learning_rate": 0.1, "momentum": 0.9, "nesterov": True, "clipnorm": 1.0}})
        >>> optimizer.clipping, numbers
        ('clipnorm', {'learning_rate': 0.1, 'momentum': 0.9, 'clipnorm': 1.0})
    """
    name, config = _supported(serialized)
    rule = RULES[name](config)
    schedule, numbers = _learning_rate(name, config["learning_rate"])
    numbers |= with_complements({entry: float(config[entry]) for entry in rule.numbers}, rule.complements)
    clipping, averaging = clipping_of(config), averaging_of(config)
    decays = config.get("weight_decay") is not None
    options = (clipping, "weight_decay" if decays else None, "ema_momentum" if averaging else None)
    numbers |= {option: float(config[option]) for option in options if option is not None}
    optimizer = Optimizer(
        name=name,
        rule=rule,
        schedule=schedule,
        clipping=clipping,
        decays=decays,
        no_decay=frozenset(no_decay) if decays else frozenset(),
        averaging=averaging,
        accumulation_steps=config.get("gradient_accumulation_steps") or None,
    )
    return optimizer, numbers


def _supported(serialized: Any) -> tuple[str, Mapping[str, Any]]:
    """Return the class name and the configuration of an optimizer in the table."""
    if not isinstance(serialized, Mapping):
        raise Unsupported(f"optimizer {serialized!r}")
    name, registered = serialized.get("class_name"), serialized.get("registered_name")
    own = registered and not str(serialized.get("module")).startswith("keras.")  # Keras' for PyTorch are registered too
    if name not in RULES or own:
        raise Unsupported(f"optimizer {registered or name!r}")
    config = serialized["config"]
    if config.get("loss_scale_factor") is not None:
        raise Unsupported(f"optimizer {name!r}", f"loss_scale_factor={config['loss_scale_factor']}")
    return str(name), config


def _learning_rate(name: str, value: Any) -> tuple[Schedule | None, dict[str, float]]:
    if isinstance(value, int | float):
        return None, {"learning_rate": float(value)}
    if not isinstance(value, Mapping) or value.get("class_name") == "function":
        raise Unsupported(f"optimizer {name!r}", f"its learning rate is {value!r}")
    schedule, numbers = resolve_schedule(value)
    return schedule, {f"{SCHEDULE_PREFIX}{entry}": number for entry, number in numbers.items()}
