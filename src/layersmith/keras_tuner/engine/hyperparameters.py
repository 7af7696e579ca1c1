"""Hyperparameters, where KerasTuner keeps them: they are the project's own."""

from layersmith.space import Boolean, Choice, Fixed, Float, HyperParameters, Int

__all__ = ["Boolean", "Choice", "Fixed", "Float", "HyperParameters", "Int"]
