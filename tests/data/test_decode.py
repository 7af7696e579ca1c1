import numpy as np
import pytest

from layersmith.data.decode import OutputMap
from layersmith.data.spec import Task
from layersmith.errors import DataError


@pytest.mark.parametrize(
    ("label_type", "classes", "prediction"),
    [
        ("text", ("a", "b"), "b"),
        ("integer", ("1", "2"), 2),
        ("boolean", ("False", "True"), True),
        ("float", ("0.5", "1.5"), 1.5),
    ],
)
def test_predictions_have_the_type_of_the_labels(label_type, classes, prediction):
    frame = OutputMap(task=Task.BINARY, num_outputs=1, classes=classes, label_type=label_type).frame(np.array([[0.8]]))
    assert frame.prediction[0] == prediction
    assert type(frame.prediction.tolist()[0]) is type(prediction)


def test_binary_probabilities():
    decoder = OutputMap(task=Task.BINARY, num_outputs=1, classes=("no", "yes"))
    frame = decoder.frame(np.array([[0.25], [0.75]]))
    assert frame.columns.tolist() == ["prediction", "probability_no", "probability_yes"]
    assert frame.probability_no.tolist() == [0.75, 0.25]
    assert frame.equals(decoder.frame(np.array([0.25, 0.75])))


def test_classes():
    decoder = OutputMap(task=Task.MULTICLASS, num_outputs=3, classes=("a", "b", "c"))
    frame = decoder.frame(np.array([[0.2, 0.5, 0.3], [0.1, 0.1, 0.8]]))
    assert frame.prediction.tolist() == ["b", "c"]
    assert frame.probability_c.tolist() == [0.3, 0.8]


def test_labels():
    decoder = OutputMap(task=Task.MULTILABEL, num_outputs=2, classes=("red", "big"))
    frame = decoder.frame(np.array([[0.6, 0.9], [0.1, 0.2]]))
    assert frame.prediction.tolist() == ["red, big", ""]
    assert frame.probability_red.tolist() == [0.6, 0.1]


def test_amounts():
    frame = OutputMap(task=Task.REGRESSION, num_outputs=1).frame(np.array([[1.5], [2.5]]))
    assert frame.to_dict("list") == {"prediction": [1.5, 2.5]}
    several = OutputMap(task=Task.MULTIREGRESSION, num_outputs=2, classes=("x", "y"))
    assert several.frame(np.array([[1.0, 2.0]])).to_dict("list") == {"x": [1.0], "y": [2.0]}


def test_other_shapes_are_refused():
    with pytest.raises(DataError, match=r"outputs of shape \(2, 3\)"):
        OutputMap(task=Task.BINARY, num_outputs=1, classes=("a", "b")).frame(np.zeros((2, 3)))
