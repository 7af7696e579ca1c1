"""Products among `keras.ops`; every other operation there that this package knows counts no multiply-accumulate."""

from collections.abc import Mapping
from math import prod

from layersmith.cost.attention import num_pairs
from layersmith.cost.call import Call
from layersmith.cost.convolution import num_channels
from layersmith.cost.einsum import num_terms
from layersmith.cost.work import Row, Work, product

__all__ = ["OPERATIONS", "UNCOUNTED", "dot_layer"]

UNCOUNTED = frozenset({
    *("AssociativeScan", "Cond", "ForiLoop", "Map", "Scan", "Switch", "VectorizedMap", "WhileLoop"),
    *("Cholesky", "CholeskyInverse", "Det", "Eig", "Eigh", "Inv", "JVP", "Lstsq", "LuFactor", "MatrixRank", "Pinv"),
    *("Qr", "SVD", "Solve", "SolveTriangular", "Logdet", "Slogdet"),
    *("FFT", "FFT2", "IFFT2", "IRFFT", "ISTFT", "RFFT", "STFT"),
    *("CDist", "CTCDecode", "CTCLoss", "Corrcoef", "Correlate", "ElasticTransform", "GaussianBlur", "SSIM"),
})  # fmt: skip
"""Operations of `keras.ops` that do more than move or combine single values, and have no row."""


def dot_layer(call: Call) -> Work:
    """Return the work of the layer `Dot`, a product over one axis of each input."""
    axes = call.config["axes"]
    return product(call, call.inputs[0][axes if isinstance(axes, int) else axes[0]])


def _matmul(call: Call) -> Work:
    """Return the work of `matmul`, `dot` and `inner`; with a scalar `dot` multiplies."""
    first, *rest = call.inputs
    return product(call, first[-1]) if rest and all(call.inputs) else Work()


def _vdot(call: Call) -> Work:
    return Work(macs=prod(call.inputs[0]))


def _tensordot(call: Call) -> Work:
    axes, first = call.config["axes"], call.inputs[0]
    if isinstance(axes, int):
        return product(call, prod(first[len(first) - axes :]))
    return product(call, prod(first[axis] for axis in axes[0]))


def _einsum(call: Call) -> Work | None:
    """Return the work of one product; more than two operands may be multiplied in any order."""
    if len(call.inputs) > 2:
        return None
    return Work(macs=num_terms(str(call.config["subscripts"]), call.inputs) if len(call.inputs) == 2 else 0)


def _conv(call: Call) -> Work:
    return product(call, prod(call.inputs[1][:-1]))  # kernel (*area, channels / groups, filters)


def _conv_transpose(call: Call) -> Work:
    return Work(macs=prod(call.inputs[0]) * prod(call.inputs[1][:-1]))  # kernel (*area, filters, channels)


def _depthwise_conv(call: Call) -> Work:
    return product(call, prod(call.inputs[1][:-2]))  # kernel (*area, channels, multiplier)


def _separable_conv(call: Call) -> Work:
    _, depthwise, pointwise = call.inputs
    data_format = call.config.get("data_format") or "channels_last"
    places = prod(call.outputs[0]) // num_channels(call.outputs[0], data_format)
    between = places * pointwise[-2]
    return Work(macs=between * (prod(depthwise[:-2]) + pointwise[-1]), inside=between, stored=between)


def _dot_product_attention(call: Call) -> Work:
    query, key, value = call.inputs[:3]  # each (batch, steps, heads, width)
    pairs = num_pairs(query, key, [1])  # for each head
    return Work(macs=pairs * (query[-1] + value[-1]), inside=pairs, stored=pairs)


OPERATIONS: Mapping[str, Row] = {
    "Conv": _conv,
    "ConvTranspose": _conv_transpose,
    "DepthwiseConv": _depthwise_conv,
    "Dot": _matmul,
    "DotProductAttention": _dot_product_attention,
    "Einsum": _einsum,
    "Inner": _matmul,
    "Matmul": _matmul,
    "SeparableConv": _separable_conv,
    "Tensordot": _tensordot,
    "Vdot": _vdot,
}
