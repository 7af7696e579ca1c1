import pytest

from layersmith.data.samples import SAMPLES, read_sample
from layersmith.errors import DataError


@pytest.mark.parametrize("name", SAMPLES)
def test_samples(name):
    material = read_sample(f"sklearn:{name}")
    assert len(material.x) == len(material.y)
    assert material.source == f"sklearn:{name}"


def test_classes_of_samples():
    assert read_sample("sklearn:wine").classes == ("class_0", "class_1", "class_2")
    assert read_sample("sklearn:diabetes").classes == ()


def test_unknown_names_list_all():
    with pytest.raises(DataError, match="breast_cancer, diabetes, digits, iris, wine"):
        read_sample("sklearn:cars")
