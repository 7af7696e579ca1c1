"""The table: layer class to work. A layer enters with one row, or one name in `FREE`."""

from collections.abc import Mapping

from layersmith.cost import attention, convolution, dense, recurrent, wrappers
from layersmith.cost.call import Call
from layersmith.cost.operations import OPERATIONS, UNCOUNTED, dot_layer
from layersmith.cost.work import Row, Work
from layersmith.graph.call import module_of

__all__ = ["FREE", "LAYERS", "find_work"]

LAYERS: Mapping[str, Row] = {
    "AdditiveAttention": attention.additive_attention,
    "Attention": attention.attention,
    "Bidirectional": recurrent.bidirectional,
    "Conv1D": convolution.conv,
    "Conv1DTranspose": convolution.conv_transpose,
    "Conv2D": convolution.conv,
    "Conv2DTranspose": convolution.conv_transpose,
    "Conv3D": convolution.conv,
    "Conv3DTranspose": convolution.conv_transpose,
    "ConvLSTM1D": convolution.conv_lstm,
    "ConvLSTM2D": convolution.conv_lstm,
    "ConvLSTM3D": convolution.conv_lstm,
    "Dense": dense.dense,
    "DepthwiseConv1D": convolution.depthwise_conv,
    "DepthwiseConv2D": convolution.depthwise_conv,
    "Dot": dot_layer,
    "EinsumDense": dense.einsum_dense,
    "GRU": recurrent.recurrent,
    "GRUCell": recurrent.cell,
    "GroupedQueryAttention": attention.grouped_query_attention,
    "LSTM": recurrent.recurrent,
    "LSTMCell": recurrent.cell,
    "MultiHeadAttention": attention.multi_head_attention,
    "RNN": recurrent.recurrent,
    "ReversibleEmbedding": dense.reversible_embedding,
    "SeparableConv1D": convolution.separable_conv,
    "SeparableConv2D": convolution.separable_conv,
    "SimpleRNN": recurrent.recurrent,
    "SimpleRNNCell": recurrent.cell,
    "SpectralNormalization": wrappers.spectral_normalization,
    "StackedRNNCells": recurrent.cell,
    "TimeDistributed": wrappers.time_distributed,
}

FREE = frozenset({
    *("Activation", "ELU", "LeakyReLU", "PReLU", "ReLU", "Softmax"),
    *("Add", "Average", "Concatenate", "Maximum", "Minimum", "Multiply", "Subtract"),
    *("BatchNormalization", "GroupNormalization", "LayerNormalization", "RMSNormalization", "UnitNormalization"),
    *("ActivityRegularization", "AlphaDropout", "Dropout", "GaussianDropout", "GaussianNoise"),
    *("SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D"),
    *("Cropping1D", "Cropping2D", "Cropping3D", "UpSampling1D", "UpSampling2D", "UpSampling3D"),
    *("ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D"),
    *("Embedding", "Flatten", "Identity", "InputLayer", "Masking", "Permute", "RepeatVector", "Reshape"),
    *(f"{scope}{kind}Pooling{rank}D" for scope in ("", "Adaptive", "Global") for kind in ("Average", "Max")
      for rank in (1, 2, 3)),
    *("CategoryEncoding", "Discretization", "HashedCrossing", "Hashing", "IntegerLookup", "StringLookup"),
    *("CenterCrop", "Normalization", "Rescaling", "Resizing", "TextVectorization"),
    *("AugMix", "AutoContrast", "CutMix", "Equalization", "MixUp", "RandAugment", "RandomBrightness"),
    *("RandomColorDegeneration", "RandomColorJitter", "RandomContrast", "RandomCrop", "RandomElasticTransform"),
    *("RandomErasing", "RandomFlip", "RandomGaussianBlur", "RandomGrayscale", "RandomHue", "RandomInvert"),
    *("RandomPerspective", "RandomPosterization", "RandomRotation", "RandomSaturation", "RandomSharpness"),
    *("RandomShear", "RandomTranslation", "RandomZoom", "Solarization"),
})  # fmt: skip
"""Layers of Keras that move or combine single values and multiply no matrices; augmentation is for training only."""


def find_work(call: Call) -> Work | None:
    """Return the work of a call, or None where the table has no row for it.

    A layer of a user's own has none, even by the name of Keras'; so have layers with low-rank adapters.
    """
    if not type(call.operation).__module__.startswith("keras.") or call.config.get("lora_rank"):
        return None
    if module_of(call.operation) == "keras.ops":
        row = OPERATIONS.get(call.class_name)
        free = call.class_name not in UNCOUNTED
    else:
        row, free = LAYERS.get(call.class_name), call.class_name in FREE
    if row:
        return row(call)
    return Work() if free else None
