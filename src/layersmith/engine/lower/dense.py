"""Dense, EinsumDense and the activation layers."""

from collections.abc import Mapping
from typing import Any

import jax.numpy as jnp

from layersmith.engine.lower import kinks
from layersmith.engine.lower.activations import find_activation
from layersmith.engine.lower.lowering import Forward, Place
from layersmith.engine.unsupported import Unsupported
from layersmith.graph import Node

__all__ = ["activation", "dense", "einsum_dense", "leaky_relu"]


def dense(node: Node, place: Place) -> Forward:
    """Lower `Dense`: `activation(x @ kernel + bias)`."""
    del place
    if node.config.get("lora_rank") or node.config.get("quantization_config"):
        raise Unsupported(f"layer {node.layer_name!r} (Dense)", "LoRA or quantisation")
    function = find_activation(node.config["activation"])

    def forward(weights: Mapping[str, Any], args: tuple[Any, ...], kwargs: Mapping[str, Any], env: Any) -> Any:
        del kwargs, env
        output = jnp.matmul(args[0], weights["kernel"])
        return function(output + weights["bias"] if "bias" in weights else output)

    return forward


def einsum_dense(node: Node, place: Place) -> Forward:
    """Lower `EinsumDense`: `activation(einsum(equation, x, kernel) + bias)`."""
    del place
    if node.config.get("lora_rank"):
        raise Unsupported(f"layer {node.layer_name!r} (EinsumDense)", "LoRA")
    function, equation = find_activation(node.config["activation"]), node.config["equation"]

    def forward(weights: Mapping[str, Any], args: tuple[Any, ...], kwargs: Mapping[str, Any], env: Any) -> Any:
        del kwargs, env
        output = jnp.einsum(equation, args[0], weights["kernel"])
        return function(output + weights["bias"] if "bias" in weights else output)

    return forward


def activation(node: Node, place: Place) -> Forward:
    """Lower `Activation`."""
    del place
    function = find_activation(node.config["activation"])
    return lambda weights, args, kwargs, env: function(args[0])


def leaky_relu(node: Node, place: Place) -> Forward:
    """Lower `LeakyReLU`."""
    del place
    slope = float(node.config["negative_slope"])
    return lambda weights, args, kwargs, env: kinks.leaky_relu(args[0], slope)
