"""The table: layer class to lowering. A layer enters with one file and one row."""

from collections.abc import Mapping

from layersmith.engine.lower import (
    activity_regularization,
    attention,
    augment,
    batch_normalization,
    bidirectional,
    conv,
    conv_transpose,
    dense,
    depthwise,
    embedding,
    global_pooling,
    group_normalization,
    layer_normalization,
    masking,
    merge,
    multi_head_attention,
    noise,
    pooling,
    preprocessing,
    rectifiers,
    recurrent,
    rms_normalization,
    shape,
    softmax,
    space,
    time_distributed,
    unit_normalization,
)
from layersmith.engine.lower.lowering import Lowering
from layersmith.engine.lower.operations import elementwise, products, reductions, shapes
from layersmith.engine.lower.refused import refused
from layersmith.engine.unsupported import Unsupported
from layersmith.graph import Node

__all__ = ["LAYERS", "OPERATIONS", "find_lowering"]

LAYERS: Mapping[str, Lowering] = {
    "Activation": dense.activation,
    "ActivityRegularization": activity_regularization.activity_regularization,
    "Add": merge.add,
    "AdditiveAttention": attention.attention,
    "AlphaDropout": noise.alpha_dropout,
    "Attention": attention.attention,
    "Average": merge.average,
    "AveragePooling1D": pooling.average_pooling,
    "AveragePooling2D": pooling.average_pooling,
    "AveragePooling3D": pooling.average_pooling,
    "BatchNormalization": batch_normalization.batch_normalization,
    "Bidirectional": bidirectional.bidirectional,
    "CategoryEncoding": refused("its one-hot rows are cheaper as codes for an Embedding"),
    "Concatenate": merge.concatenate,
    "Conv1D": conv.conv,
    "Conv1DTranspose": conv_transpose.conv_transpose,
    "Conv2D": conv.conv,
    "Conv2DTranspose": conv_transpose.conv_transpose,
    "Conv3D": conv.conv,
    "Conv3DTranspose": conv_transpose.conv_transpose,
    "Cropping1D": space.cropping,
    "Cropping2D": space.cropping,
    "Cropping3D": space.cropping,
    "Dense": dense.dense,
    "DepthwiseConv1D": depthwise.depthwise_conv,
    "DepthwiseConv2D": depthwise.depthwise_conv,
    "Dot": merge.dot,
    "Dropout": noise.dropout,
    "EinsumDense": dense.einsum_dense,
    "ELU": rectifiers.elu,
    "Embedding": embedding.embedding,
    "Flatten": shape.flatten,
    "GaussianDropout": noise.gaussian_dropout,
    "GaussianNoise": noise.gaussian_noise,
    "GlobalAveragePooling1D": global_pooling.global_average_pooling,
    "GlobalAveragePooling2D": global_pooling.global_average_pooling,
    "GlobalAveragePooling3D": global_pooling.global_average_pooling,
    "GlobalMaxPooling1D": global_pooling.global_max_pooling,
    "GlobalMaxPooling2D": global_pooling.global_max_pooling,
    "GlobalMaxPooling3D": global_pooling.global_max_pooling,
    "GroupNormalization": group_normalization.group_normalization,
    "GRU": recurrent.recurrent,
    "Identity": rectifiers.identity,
    "LayerNormalization": layer_normalization.layer_normalization,
    "LeakyReLU": dense.leaky_relu,
    "LSTM": recurrent.recurrent,
    "Masking": masking.masking,
    "Maximum": merge.maximum,
    "MaxPooling1D": pooling.max_pooling,
    "MaxPooling2D": pooling.max_pooling,
    "MaxPooling3D": pooling.max_pooling,
    "Minimum": merge.minimum,
    "MultiHeadAttention": multi_head_attention.multi_head_attention,
    "Multiply": merge.multiply,
    "Normalization": preprocessing.normalization,
    "Permute": shape.permute,
    "PReLU": rectifiers.prelu,
    "RandomFlip": augment.random_flip,
    "RandomTranslation": augment.random_translation,
    "ReLU": rectifiers.relu,
    "RepeatVector": shape.repeat_vector,
    "Rescaling": preprocessing.rescaling,
    "Reshape": shape.reshape,
    "RMSNormalization": rms_normalization.rms_normalization,
    "RNN": recurrent.recurrent,
    "SeparableConv1D": depthwise.separable_conv,
    "SeparableConv2D": depthwise.separable_conv,
    "SimpleRNN": recurrent.recurrent,
    "Softmax": softmax.softmax,
    "SpatialDropout1D": noise.spatial_dropout,
    "SpatialDropout2D": noise.spatial_dropout,
    "SpatialDropout3D": noise.spatial_dropout,
    "SpectralNormalization": refused("a power iteration changes its kernel at each step"),
    "Subtract": merge.subtract,
    "TimeDistributed": time_distributed.time_distributed,
    "UnitNormalization": unit_normalization.unit_normalization,
    "UpSampling1D": space.up_sampling,
    "UpSampling2D": space.up_sampling,
    "UpSampling3D": space.up_sampling,
    "ZeroPadding1D": space.zero_padding,
    "ZeroPadding2D": space.zero_padding,
    "ZeroPadding3D": space.zero_padding,
}

OPERATIONS: Mapping[str, Lowering] = {
    **elementwise.OPERATIONS,
    **products.OPERATIONS,
    **reductions.OPERATIONS,
    **shapes.OPERATIONS,
}


def find_lowering(node: Node) -> Lowering:
    """Return the lowering of a node.

    Raises:
        Unsupported: If the table has none for its class.
    """
    table = OPERATIONS if node.is_operation else LAYERS if node.module == "keras.layers" else {}
    if node.class_name in table:
        return table[node.class_name]
    what = "operation" if node.is_operation else "layer"
    raise Unsupported(f"{what} {node.layer_name!r} ({node.class_name})")
