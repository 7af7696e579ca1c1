"""Build functions in files."""

import pytest

from layersmith.errors import SpaceError
from layersmith.experiments.build_file import build_function

PROGRAM = """
from widths import WIDTH

def build_model(hp):
    return WIDTH * hp
"""


def test_the_function_of_a_file_may_import_what_stands_beside_it(tmp_path):
    (tmp_path / "models.py").write_text(PROGRAM)
    (tmp_path / "widths.py").write_text("WIDTH = 4")
    assert build_function(f"{tmp_path / 'models.py'}:build_model")(3) == 12


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("{}/models.py:bild_model", "one of: build_model"),
        ("nowhere.py:build_model", r"models\.py:build_model"),
        ("build_model", "a colon"),
    ],
)
def test_what_is_not_there_is_refused(place, said, tmp_path):
    (tmp_path / "models.py").write_text("def build_model(hp): ...")
    with pytest.raises(SpaceError, match=said):
        build_function(place.format(tmp_path))
