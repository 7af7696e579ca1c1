"""What surrounds a trunk, and the one model assembled from both."""

import keras
import numpy as np
import pytest

from layersmith.data.spec import DataSpec, Kind, Task
from layersmith.families import frame, trunk
from layersmith.families.view import SCALINGS, View

ROWS = np.arange(30)
SMALL = {"family": "dense", "dense/units": 16, "dense/layers": 1}


def rng():
    return np.random.default_rng(0)


def table(task=Task.REGRESSION, numeric=3, categorical=2, missing=(1,), outputs=1):
    spec = DataSpec(
        kind=Kind.TABLE,
        task=task,
        num_outputs=outputs,
        num_rows=40,
        num_numeric=numeric,
        num_categorical=categorical,
        vocabulary=7 if categorical else 0,
        missing=missing,
    )
    x = {}
    if numeric:
        x["numeric"] = rng().normal(3, 2, (40, numeric)).astype("float32")
        x["numeric"][2:40:7, list(missing)] = np.nan
    if categorical:
        x["categorical"] = rng().integers(0, 7, (40, categorical)).astype("int32")
    return spec, x, targets(spec)


def image():
    spec = DataSpec(
        kind=Kind.IMAGE, task=Task.MULTICLASS, num_outputs=3, num_rows=40, shape=(6, 5, 1), pixel_range=255.0
    )
    return spec, {"image": rng().integers(0, 256, (40, 6, 5, 1)).astype("uint8")}, targets(spec)


def series():
    spec = DataSpec(kind=Kind.SERIES, task=Task.MULTILABEL, num_outputs=2, num_rows=40, shape=(8, 2))
    return spec, {"series": rng().normal(3, 2, (40, 8, 2)).astype("float32")}, targets(spec)


def forecast():
    spec = DataSpec(
        kind=Kind.FORECAST, task=Task.MULTIREGRESSION, num_outputs=3, num_rows=40, shape=(6, 2), positive=True
    )
    values = np.exp(rng().normal(2, 0.4, (40, 6, 2))).astype("float32")
    return spec, {"series": values}, np.exp(rng().normal(2, 0.4, (40, 3))).astype("float32")


def targets(spec):
    shape = (40,) if spec.task in (Task.BINARY, Task.MULTICLASS, Task.REGRESSION) else (40, spec.num_outputs)
    if spec.task is Task.MULTILABEL:
        return rng().integers(0, 2, shape).astype("float32")
    if spec.task.is_classification:
        return rng().integers(0, max(2, spec.num_outputs), shape).astype("int32")
    return (rng().normal(500, 40, shape) * np.arange(1, spec.num_outputs + 1)).reshape(shape).astype("float32")


def candidate(spec, **values):
    hp = trunk.declare(spec)
    hp.values = {**SMALL, **values}
    return trunk.declare(spec, hp)


def fitted(spec, x, y, **values):
    hp = candidate(spec, **values)
    framed = frame.fit(hp, spec, x, y, ROWS)
    return hp, framed


def built(spec, x, y, **values):
    hp, framed = fitted(spec, x, y, **values)
    features, _ = frame.encode(framed, x, y)
    model = trunk.build(hp, spec, {name: value.shape[1:] for name, value in features.items()})
    for number, weight in enumerate(model.weights):  # away from zero, statistics of batches too
        noise = np.random.default_rng(number).normal(0, 0.02, weight.shape)
        weight.assign((keras.ops.convert_to_numpy(weight) + np.abs(noise)).astype(weight.dtype))
    outputs = np.asarray(model(features, training=False))
    return hp, framed, model, frame.decode(framed, outputs, x)


CASES = {
    "numbers": (table, {"categorical": 0, "missing": ()}, {}),
    "categories": (table, {"numeric": 0, "missing": ()}, {}),
    "both": (table, {"missing": ()}, {"dense/normalization": "batch"}),
    "missing": (table, {"missing": (0, 1, 2)}, {"dense/numeric_embedding": "periodic"}),
    "binary": (table, {"task": Task.BINARY}, {"dense/style": "selfnorm"}),
    "two targets": (table, {"task": Task.MULTIREGRESSION, "outputs": 2}, {"dense/style": "residual"}),
    "linear": (table, {}, {"dense/layers": 0}),
    "image": (image, {}, {}),
    "series": (series, {}, {"dense/normalization": "layer"}),
    **{
        f"forecast {scaling}{' of logs' * log}": (forecast, {}, {"window_scaling": scaling, "window_log": log})
        for scaling in SCALINGS
        for log in (False, True)
    },
}
each = pytest.mark.parametrize(("make", "options", "values"), CASES.values(), ids=list(CASES))


@each
def test_the_assembled_model_gives_the_decoded_answers(make, options, values):
    spec, x, y = make(**options)
    hp, framed, model, expected = built(spec, x, y, **values)
    whole = frame.assemble(framed, hp, model)
    np.testing.assert_allclose(whole.predict(x, verbose=0), expected, rtol=1e-4, atol=1e-4)
    assert {entry.name for entry in whole.inputs} == set(x)
    assert list(whole.input) == list(x)
    names = [layer.name for layer in whole.layers]
    assert len(set(names)) == len(names)
    assert not {"dense_9", "normalization_1", "rescaling_2"} & set(names)
    assert whole.compiled


@pytest.mark.parametrize("case", ["missing", "two targets", "image", "forecast standard of logs"])
def test_saved_and_loaded_it_gives_the_same(case, tmp_path):
    make, options, values = CASES[case]
    spec, x, y = make(**options)
    hp, framed, model, expected = built(spec, x, y, **values)
    frame.assemble(framed, hp, model).save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(loaded.predict(x, verbose=0), expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(
    "values",
    [
        {"family": "conv"},
        {"family": "temporal"},
        {"family": "recurrent"},
    ],
    ids=lambda values: values["family"],
)
def test_other_families_assemble_too(values):
    make, options = (image, {}) if values["family"] == "conv" else (forecast, {})
    spec, x, y = make(**options)
    hp, framed, model, expected = built(spec, x, y, **values)
    whole = frame.assemble(framed, hp, model)
    np.testing.assert_allclose(whole.predict(x, verbose=0), expected, rtol=1e-4, atol=1e-4)


def test_the_assembled_model_can_be_trained_further():
    spec, x, y = table()
    hp, framed, model, _ = built(spec, x, y, learning_rate=0.01)
    whole = frame.assemble(framed, hp, model)
    history = whole.fit(x, y, epochs=2, batch_size=20, verbose=0).history
    assert np.isfinite(history["loss"]).all()


def test_new_rows_may_lack_a_value_that_training_rows_had():
    spec, x, y = table(missing=())
    hp, framed, model, expected = built(spec, x, y)
    new = {name: values.copy() for name, values in x.items()}
    new["numeric"][0] = np.nan
    answers = frame.assemble(framed, hp, model).predict(new, verbose=0)
    assert np.isfinite(answers).all()
    np.testing.assert_allclose(answers[1:], expected[1:], rtol=1e-4)


@pytest.mark.parametrize("outputs", [1, 3])
def test_decoding_undoes_encoding_of_amounts(outputs):
    task = Task.REGRESSION if outputs == 1 else Task.MULTIREGRESSION
    spec, x, y = table(task, outputs=outputs)
    _, framed = fitted(spec, x, y)
    _, scaled = frame.encode(framed, x, y)
    assert (scaled.shape, scaled.dtype) == ((40, outputs), np.float32)
    np.testing.assert_allclose(scaled[ROWS].mean(axis=0), 0.0, atol=1e-4)
    np.testing.assert_allclose(scaled[ROWS].std(axis=0), 1.0, rtol=1e-4)
    np.testing.assert_allclose(frame.decode(framed, scaled, x), y.reshape(40, outputs), rtol=1e-5)


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("scaling", SCALINGS)
def test_decoding_undoes_encoding_of_forecasts(scaling, log):
    spec, x, y = forecast()
    _, framed = fitted(spec, x, y, window_scaling=scaling, window_log=log)
    assert framed.view == View(scaling=scaling, log=log)
    _, scaled = frame.encode(framed, x, y)
    np.testing.assert_allclose(frame.decode(framed, scaled, x), y, rtol=1e-4)


@pytest.mark.parametrize("make", [image, series])
def test_classes_are_left_as_they_are(make):
    spec, x, y = make()
    _, framed = fitted(spec, x, y)
    _, encoded = frame.encode(framed, x, y)
    assert encoded is y
    outputs = np.ones((40, spec.num_outputs), "float32")
    assert frame.decode(framed, outputs, x) is outputs


def test_target_scale_comes_from_training_rows_only():
    spec, x, y = table()
    other = y.copy()
    other[30:] = 1e6
    one, two = (fitted(spec, x, values)[1] for values in (y, other))
    np.testing.assert_array_equal(one.mean, two.mean)
    np.testing.assert_array_equal(one.deviation, two.deviation)


@pytest.mark.parametrize("constant", [0.0, 0.1, 7.0, 1e6])
def test_a_constant_target_is_scaled_by_1(constant):
    spec, x, y = table()
    _, framed = fitted(spec, x, np.full_like(y, constant))
    _, scaled = frame.encode(framed, x, np.full_like(y, constant))
    np.testing.assert_allclose(scaled, 0.0, atol=1e-6)
    np.testing.assert_allclose(frame.decode(framed, scaled, x), constant, rtol=1e-6)


def test_float64_targets_and_inputs():
    spec, x, y = table(categorical=0, missing=())
    _, framed = fitted(spec, {"numeric": x["numeric"].astype("float64")}, y.astype("float64"))
    features, scaled = frame.encode(framed, {"numeric": x["numeric"].astype("float64")}, y.astype("float64"))
    assert scaled.dtype == features["features"].dtype == np.float32


def test_the_window_stays_out_of_the_features():
    spec, x, y = forecast()
    _, framed = fitted(spec, x, y)
    assert list(frame.encode(framed, x, y)[0]) == ["features"]


def test_logarithms_of_a_target_that_falls_to_zero_are_finite():
    spec, x, y = forecast()
    _, framed = fitted(spec, x, y, window_log=True)
    y[35] = 0.0
    assert np.isfinite(frame.encode(framed, x, y)[1]).all()


def test_wild_answers_stay_finite():
    spec, x, y = forecast()
    _, framed = fitted(spec, x, y, window_log=True)
    assert np.isfinite(frame.decode(framed, np.full((40, 3), 1e6, "float32"), x)).all()


def test_only_forecasts_have_a_view():
    spec = table()[0]
    assert frame.view_of(candidate(spec), spec) == View()
    spec = forecast()[0]
    assert frame.view_of(candidate(spec, window_scaling="standard", window_log=True), spec).scaling == "standard"


def test_windows_and_targets_share_a_unit_however_small_the_values():
    spec, x, _ = forecast()
    x = {"series": x["series"] * np.float32(1e-10)}
    held = np.repeat(x["series"][:, -1:, 0], 3, axis=1)
    _, framed = fitted(spec, x, held, window_scaling="last", window_log=False)
    _, scaled = frame.encode(framed, x, held)
    np.testing.assert_allclose(scaled, 0.0, atol=1e-6)
    np.testing.assert_allclose(frame.decode(framed, scaled, x), held, rtol=1e-3)
