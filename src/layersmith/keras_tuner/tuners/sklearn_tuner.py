"""The tuner of scikit-learn models: each set of values is cross-validated."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from sklearn.model_selection import KFold
from sklearn.utils.validation import has_fit_parameter

from layersmith.errors import TrainingError
from layersmith.keras_tuner.engine.base_tuner import BaseTuner
from layersmith.keras_tuner.engine.trial import Trial
from layersmith.keras_tuner.errors import FatalTypeError
from layersmith.records import Indices

__all__ = ["SklearnTuner"]


class SklearnTuner(BaseTuner):
    """Cross-validates scikit-learn models.

    The model of a trial is the one of its last fold. It is kept in memory; where a later process asks for it, it is
    fitted again, on the data that `search` is given there.

    Args:
        oracle: Says which values come next; its objective is `Objective("score", "max")`, unless another metric counts.
        hypermodel: A `HyperModel`, or a function of hyperparameters that returns a scikit-learn model.
        scoring: A scorer, as `sklearn.metrics.make_scorer` makes it; `model.score` unless given.
        metrics: Functions of `sklearn.metrics` to look at too: one, or several.
        cv: A splitter of `sklearn.model_selection`; five shuffled folds unless given.
        **kwargs: The arguments of `BaseTuner`.

    Example:
        >>> from sklearn.datasets import load_iris
        >>> from sklearn.linear_model import LogisticRegression
        >>> from layersmith.keras_tuner import Objective
        >>> from layersmith.keras_tuner.oracles import GridSearchOracle
        >>> def build(hp):
        ...     return LogisticRegression(C=hp.Choice("C", [0.01, 1.0]), max_iter=500)
        >>> oracle = GridSearchOracle(Objective("score", "max"))
        >>> oracle.verbose = 0
        >>> tuner = SklearnTuner(oracle, build, directory=getfixture("tmp_path"))
        >>> tuner.search(*load_iris(return_X_y=True))
        >>> tuner.get_best_hyperparameters()[0].values
        {'C': 1.0}
    """

    def __init__(
        self, oracle: Any, hypermodel: Any, scoring: Any = None, metrics: Any = None, cv: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(oracle, hypermodel, **kwargs)
        self.scoring = scoring
        several = isinstance(metrics, Sequence)
        self.metrics = list(metrics) if several else [] if metrics is None else [metrics]
        self.cv = cv or KFold(5, shuffle=True, random_state=1)
        self._models: dict[str, Any] = {}
        self._data: tuple[Any, Any, Any, Any] | None = None

    def search(self, X: Any, y: Any, sample_weight: Any = None, groups: Any = None) -> None:  # noqa: N803
        """Search with these rows.

        Args:
            X: Features `(rows, ...)`: an array or a frame.
            y: Targets `(rows, ...)`: an array, a frame or a series.
            sample_weight: Weight of each row `(rows,)`, for models that take any.
            groups: Group of each row `(rows,)`, for splitters that ask for it.
        """
        self._data = (X, y, sample_weight, groups)
        super().search(X, y, sample_weight=sample_weight, groups=groups)

    def run_trial(
        self,
        trial: Trial,
        X: Any,  # noqa: N803
        y: Any,
        sample_weight: Any = None,
        groups: Any = None,
    ) -> dict[str, float]:
        """Cross-validate the model of a trial, and return the mean of each metric over the folds."""
        found: dict[str, list[float]] = {}
        for train, held in self._folds(X, y, groups):
            model = self._fitted(trial, _rows(X, train), _rows(y, train), _rows(sample_weight, train))
            tested = (_rows(X, held), _rows(y, held), _rows(sample_weight, held))
            for name, value in self._scores(model, *tested).items():
                found.setdefault(name, []).append(value)
        self.save_model(trial.trial_id, model)
        return {name: float(np.mean(values)) for name, values in found.items()}

    def _folds(self, X: Any, y: Any, groups: Any) -> list[tuple[Indices, Indices]]:  # noqa: N803
        return list(self.cv.split(X, y) if groups is None else self.cv.split(X, y, groups=groups))

    def _fitted(self, trial: Trial, X: Any, y: Any, sample_weight: Any) -> Any:  # noqa: N803
        model = self._hypermodel.build(trial.hyperparameters)
        weights = {} if sample_weight is None else {"sample_weight": sample_weight}
        model.fit(X, y, **(weights if has_fit_parameter(model, "sample_weight") else {}))
        return model

    def _scores(self, model: Any, X: Any, y: Any, sample_weight: Any) -> dict[str, float]:  # noqa: N803
        weights = {} if sample_weight is None else {"sample_weight": sample_weight}
        score = model.score(X, y, **weights) if self.scoring is None else self.scoring(model, X, y, **weights)
        predicted = model.predict(X) if self.metrics else None
        return {"score": score, **{metric.__name__: metric(y, predicted, **weights) for metric in self.metrics}}

    def save_model(self, trial_id: str, model: Any, step: int = 0) -> None:
        """Keep the model of a trial in memory.

        Args:
            trial_id: Name of the trial.
            model: The fitted model.
            step: Has no meaning here.
        """
        del step
        self._with_model.add(trial_id)
        self._models[trial_id] = model

    def load_model(self, trial: Trial) -> Any:
        """Return the model of a trial, fitted on its last fold.

        Args:
            trial: The trial.

        Raises:
            TrainingError: If an earlier process fitted it, and `search` was not given the data in this one.
        """
        if trial.trial_id not in self._models:
            if self._data is None:
                raise TrainingError(
                    f"the model of trial {trial.trial_id} was fitted by another process",
                    expected="the data, to fit it again",
                    fix="call `search` with them: it goes on, or ends at once where the search is finished",
                )
            X, y, sample_weight, groups = self._data  # noqa: N806
            train, _ = self._folds(X, y, groups)[-1]
            model = self._fitted(trial, _rows(X, train), _rows(y, train), _rows(sample_weight, train))
            self.save_model(trial.trial_id, model)
        return self._models[trial.trial_id]

    def _drop_model(self, trial_id: str) -> None:
        self._models.pop(trial_id, None)


def _rows(data: Any, index: Indices) -> Any:
    """Return some rows of an array, a frame or a series; of None None."""
    if data is None or isinstance(data, np.ndarray):
        return None if data is None else data[index]
    if isinstance(data, pd.DataFrame | pd.Series):
        return data.iloc[index]
    raise FatalTypeError(
        f"the data are a {type(data).__name__}",
        expected="a NumPy array, a pandas frame or a series",
        fix="convert them with numpy.asarray",
    )
