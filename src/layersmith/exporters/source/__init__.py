"""The parts of the source-code exporter.

expression (layout) ← literals (values) ← objects (Keras objects), operations (`keras.ops`) ← function (one model)
"""

__all__: list[str] = []
