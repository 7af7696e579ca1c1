"""Hypermodels of published networks, and of augmentation."""

from layersmith.keras_tuner.applications.augment import HyperImageAugment
from layersmith.keras_tuner.applications.efficientnet import HyperEfficientNet
from layersmith.keras_tuner.applications.resnet import HyperResNet
from layersmith.keras_tuner.applications.xception import HyperXception

__all__ = ["HyperEfficientNet", "HyperImageAugment", "HyperResNet", "HyperXception"]
