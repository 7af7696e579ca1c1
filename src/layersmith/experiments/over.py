"""Factors and models as a command line writes them: `units=32,64`, `relu=models.py:relu_64`."""

from collections.abc import Sequence

from layersmith.errors import SpaceError
from layersmith.records import Value

__all__ = ["parse_models", "parse_over"]

_WORDS: dict[str, Value] = {"true": True, "false": False, "none": None}


def parse_over(texts: Sequence[str]) -> dict[str, list[Value]]:
    """Return the values of each factor.

    Args:
        texts: Each a name, an equals sign and values between commas.

    Raises:
        SpaceError: If one is not of that form, or a name comes twice.

    Example:
        >>> parse_over(["units=32,64", "activation=relu,tanh", "rate=1e-3,0.01", "bias=true,false"])
        {'units': [32, 64], 'activation': ['relu', 'tanh'], 'rate': [0.001, 0.01], 'bias': [True, False]}
    """
    parted = _parted(texts, "over", "units=32,64")
    return {name: [_value(part.strip()) for part in values.split(",")] for name, values in parted.items()}


def parse_models(texts: Sequence[str]) -> dict[str, str]:
    """Return where each model is built.

    Args:
        texts: Each a name, an equals sign and `file.py:function`.

    Raises:
        SpaceError: If one is not of that form, or a name comes twice.

    Example:
        >>> parse_models(["relu=models.py:relu_64"])
        {'relu': 'models.py:relu_64'}
    """
    return _parted(texts, "model", "relu=models.py:relu_64")


def _parted(texts: Sequence[str], what: str, example: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in texts:
        name, equals, rest = text.partition("=")
        if not (name.strip() and equals and rest.strip()):
            raise SpaceError(f"{what} {text!r}", expected="a name, an equals sign and more", fix=f"write {example}")
        if name.strip() in found:
            raise SpaceError(f"{what} names {name.strip()!r} twice", expected="each name once", fix="put both in one")
        found[name.strip()] = rest.strip()
    return found


def _value(text: str) -> Value:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue  # the next kind, or a word
    return _WORDS.get(text.lower(), text)
