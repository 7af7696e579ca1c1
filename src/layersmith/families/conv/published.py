"""Published image networks at the size of small images.

Architectures are the papers', narrower; training is not theirs, for their step-wise schedules were tuned for up to a
million images. Adam with a cosine or a one-cycle schedule (Smith & Topin 2017, arXiv 1708.07120) takes their place.
"""

from layersmith.data.spec import DataSpec
from layersmith.families.conv.options import default_stride, stages
from layersmith.families.established import Established
from layersmith.records import Value

__all__ = ["portfolio"]


def _named(spec: DataSpec, num_stages: int, values: dict[str, Value]) -> dict[str, Value]:
    """Return values by full name, with as many stages as the paper's, or as the images allow."""
    fewest, most = stages(spec)
    sized: dict[str, Value] = {"stages": min(max(num_stages, fewest), most), "stride": default_stride(spec)}
    return {f"conv/{name}": value for name, value in {**sized, **values}.items()}


def _training(learning_rate: float, schedule: str, epochs: int, batch_size: int = 64) -> dict[str, Value]:
    named: dict[str, Value] = {"optimizer": "adam", "learning_rate": learning_rate, "schedule": schedule}
    return {**named, "batch_size": batch_size, "epochs": epochs}


def portfolio(spec: DataSpec) -> tuple[Established, ...]:
    """Return published image networks as points of the space, best bet first.

    Args:
        spec: Images of `(height, width, channels)`; their size bounds the number of stages.
    """
    return (_lenet(spec), _vgg(spec), _resnet(spec, blocks=1), _separable(spec), _resnet(spec, blocks=2))


def _lenet(spec: DataSpec) -> Established:
    """LeNet-5 with ReLU, more filters, and dropout in front of the output."""
    values: dict[str, Value] = {
        "style": "lenet",
        "filters": 16,
        "kernel_size": 5,
        "normalization": "none",
        "pooling": "max",
        "ending": "flatten",
        "units": 128,
        "dense_layers": 1,
        "dropout": 0.4,
    }
    return Established(
        name="LeNet-5",
        source="LeCun et al. 1998, doi:10.1109/5.726791; ReLU, max pooling, dropout and Adam instead of its own",
        values={**_named(spec, 2, values), **_training(1e-3, "cosine", 30)},
    )


def _vgg(spec: DataSpec) -> Established:
    """Three stages of two convolutions."""
    values: dict[str, Value] = {
        "style": "vgg",
        "filters": 32,
        "blocks": 2,
        "kernel_size": 3,
        "normalization": "batch",
        "ending": "flatten",
        "units": 128,
        "dense_layers": 1,
        "dropout": 0.4,
    }
    return Established(
        name="small VGG",
        source="Simonyan & Zisserman 2014, arXiv 1409.1556; batch normalisation added (arXiv 1502.03167)",
        values={**_named(spec, 3, values), **_training(2e-3, "cosine", 60)},
    )


def _resnet(spec: DataSpec, *, blocks: int) -> Established:
    """ResNet-8 (one block per stage) or ResNet-14 (two): 16, 32 and 64 filters, average pooling."""
    values: dict[str, Value] = {
        "style": "residual",
        "filters": 16,
        "blocks": blocks,
        "kernel_size": 3,
        "normalization": "batch",
        "ending": "average",
        "dropout": 0.0,
        "l2": 1e-4,
    }
    return Established(
        name=f"ResNet-{6 * blocks + 2}",
        source="He et al. 2015, arXiv 1512.03385, section 4.2",
        values={**_named(spec, 3, values), **_training(3e-3, "one_cycle", 80)},
    )


def _separable(spec: DataSpec) -> Established:
    """Three stages of Xception's entry flow."""
    values: dict[str, Value] = {
        "style": "separable",
        "filters": 32,
        "blocks": 2,
        "kernel_size": 3,
        "normalization": "batch",
        "ending": "average",
        "dropout": 0.2,
    }
    return Established(
        name="small Xception",
        source="Chollet 2016, arXiv 1610.02357, figure 5",
        values={**_named(spec, 3, values), **_training(3e-3, "one_cycle", 60)},
    )
