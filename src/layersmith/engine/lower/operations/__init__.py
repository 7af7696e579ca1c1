"""Calls of `keras.ops` in a model: one table per family, and what they share.

elementwise   arithmetic, comparisons, logic, activations
reductions    mean, sum, ... over axes of a row
shapes        reshape, transpose, concatenate, slices
products      matmul, einsum
rows          what keeps a batch a batch: rows are neither mixed nor moved
"""
