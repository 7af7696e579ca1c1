from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from layersmith.data import Preprocess, ReadOptions, encode, read
from layersmith.errors import DataError
from layersmith.report.best import Best
from layersmith.study.outcome import Outcome


def fitted(outcome: Outcome, preprocess: Preprocess, build) -> Best:
    """Put a model that `build` makes of symbolic inputs into the run's folder."""
    import keras

    spec = preprocess.spec
    if spec.num_numeric:
        inputs = {"numeric": keras.Input((spec.num_numeric,), name="numeric")}
    else:
        inputs = {"series": keras.Input(spec.shape, name="series")}
    keras.Model(inputs, build(keras, next(iter(inputs.values())))).save(outcome.folder.model)
    outcome.folder.preprocess.write_text(preprocess.to_json(), encoding="utf-8")
    return Best(outcome)


@pytest.fixture
def iris() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.normal(size=(60, 2)), columns=["length", "width"])
    return frame.assign(species=np.where(frame["length"] > 0, "setosa", "virginica"))


@pytest.fixture
def best(outcome, iris) -> Best:
    problem = read(iris, None, options=ReadOptions(target="species"))
    preprocess = encode(problem, np.arange(60)).preprocess

    def build(keras, x):
        initial = keras.initializers.Constant([[-50.0], [0.0]])  # class 1 where the length is below zero
        return keras.layers.Dense(1, activation="sigmoid", kernel_initializer=initial)(x)

    return fitted(outcome, preprocess, build)


def test_predictions_are_in_the_users_own_words(best, iris) -> None:
    found = best.predict(iris.drop(columns="species"))
    assert list(found["prediction"]) == list(iris["species"])
    assert list(found.columns) == ["prediction", "probability_setosa", "probability_virginica"]
    assert np.allclose(found.iloc[:, 1:].sum(axis=1), 1)


def test_the_target_and_further_columns_may_be_there(best, iris) -> None:
    plain = best.predict(iris.drop(columns="species"))
    assert plain.equals(best.predict(iris.assign(note="x")))


def test_one_row_as_a_dictionary_is_enough(best) -> None:
    assert list(best.predict({"length": 2.0, "width": 0.0})["prediction"]) == ["setosa"]


def test_a_file_is_read_as_search_reads_it(best, iris, tmp_path: Path) -> None:
    iris.head(5).to_csv(tmp_path / "new.csv", index=False)
    assert list(best.predict(tmp_path / "new.csv")["prediction"]) == list(iris["species"].head(5))


def test_a_missing_column_is_named(best) -> None:
    with pytest.raises(DataError, match="width"):
        best.predict(pd.DataFrame({"length": [1.0]}))


def test_the_model_is_the_saved_one_and_loaded_once(best) -> None:
    assert best.model is best.model
    assert best.model.count_params() == 3


def test_a_forecast_continues_the_dates_of_its_history(outcome) -> None:
    dates = pd.date_range("2020-01-01", periods=80, freq="D")
    frame = pd.DataFrame({"day": dates, "sales": np.arange(80.0)})
    problem = read(frame, None, options=ReadOptions(forecast="sales", time="day", horizon=3, lookback=5))
    preprocess = encode(problem, np.arange(problem.num_rows)).preprocess

    def build(keras, x):
        return keras.layers.Flatten()(keras.layers.Cropping1D((2, 0))(x))

    found = fitted(outcome, preprocess, build).predict(frame)
    assert list(pd.to_datetime(found["date"])) == list(pd.date_range("2020-03-21", periods=3, freq="D"))
    assert list(found["sales"]) == [77.0, 78.0, 79.0]


def test_the_rest_is_what_the_run_recorded(make_outcome) -> None:
    outcome = make_outcome(winner=make_outcome().trials[1])
    best = Best(outcome)
    assert best.values == {"family": "dense", "learning_rate": 0.001234567}
    assert best.params == 301_066
    assert best.code() == outcome.folder.source.read_text()
    assert repr(best) == "<Best 'resnet conv network': 301,066 parameters>"


def test_values_are_a_copy(outcome) -> None:
    best = Best(outcome)
    best.values["units"] = 3
    assert "units" not in best.values
