"""Honest evaluation: splits, metrics, intervals and baselines; NumPy, SciPy and scikit-learn only.

    groups      which rows must stay together (copies of one another, the user's groups)
    splits      holdout and folds: stratified, grouped, or in time
    metrics     the registry of metrics and the choice among them
    intervals   a metric on unseen rows, with its interval
    baselines   what a score has to beat
    aggregate   folds taken together
    resampled   the mean over folds that share training rows, with its interval

The sub-modules are imported where they are needed, so that this package costs nothing to import.
"""

__all__: list[str] = []
