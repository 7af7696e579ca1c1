"""Experiments that decide between architectures: engine and validation together.

    cross_validate   one model over folds, scored by its last epoch
    compare          several models over the same folds and seeds, and whether the rows can tell them apart
    sweep            a designed experiment over hyperparameters: effects, interactions, the cheapest good cell
    find_learning_rate  a range test of the learning rate that leaves the model as it was

    sample           rows, targets, and what ties rows together
    partition        folds, by number or by scikit-learn's splitters
    blueprint        a model or a build function as a source of freshly initialised models
    fold_runner      the trainings, through one compiled program, one a core

The sub-modules are imported where they are needed, so that this package costs nothing to import.
"""

__all__: list[str] = []
