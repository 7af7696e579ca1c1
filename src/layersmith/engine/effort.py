"""How hard XLA's compiler for CPUs is to try: what a better program saves against what it costs to compile.

Measured on two cores (seconds of compilation and of training, default against chosen options): LLVM at its first level
instead of its third trains as fast or up to 10 % faster and compiles 10 % sooner. Without fusion emitters a program
compiles in about half the time; one of dense or recurrent layers then trains 10 to 50 % slower, one of convolutions, as
patches and products, does not.
"""

import jax

from layersmith.graph import Graph

__all__ = ["compiler_options"]

Options = dict[str, bool | int]

_QUICK_SECONDS = 0.4  # of training: half of it, the most that a quick program costs, is what compiling it quickly saves
_FIRST_JAX = (0, 8)  # older releases do not know all the options


def compiler_options(graph: Graph, seconds: float) -> Options:
    """Return the options for `jax.jit` to compile a model's training with.

    Args:
        graph: The model.
        seconds: What one core is expected to train, about.
    """
    if jax.default_backend() != "cpu" or jax.__version_info__ < _FIRST_JAX:
        return {}
    quick = seconds < _QUICK_SECONDS or any("Conv" in layer.class_name for layer in graph.layers.values())
    options: Options = {"xla_backend_optimization_level": 1, "xla_cpu_use_fusion_emitters": not quick}
    return {**options, "xla_cpu_parallel_codegen_split_count": 2} if quick else options
