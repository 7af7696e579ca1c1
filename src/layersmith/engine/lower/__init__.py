"""From a graph to one pure JAX function: the table of layers, and what they share.

network     the whole graph as a function; weights by key
table       layer class -> lowering
lowering    what a lowering is
env         what a layer sees of its step
runtime     which numbers are inputs of the program
penalties, constraints, activations, noise_source
"""
