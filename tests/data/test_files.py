import gzip

import numpy as np
import pandas as pd
import pytest

from layersmith.data.files import read_file

FRAME = pd.DataFrame({"age": [1.5, np.nan, 3.0], "town": ["a", "b", None], "n": [1, 2, 3]})


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_delimiters_are_found(tmp_path, delimiter):
    path = tmp_path / "a.csv"
    FRAME.to_csv(path, sep=delimiter, index=False)
    material = read_file(path)
    pd.testing.assert_frame_equal(material.x, FRAME, check_dtype=False)
    assert len(material.notes) == (delimiter != ",")
    assert material.source == "a.csv"


def test_compressed_tsv_and_parquet(tmp_path):
    FRAME.to_csv(tmp_path / "a.tsv.gz", sep="\t", index=False)
    FRAME.to_csv(tmp_path / "a.CSV.GZ", index=False, compression="gzip")
    FRAME.to_parquet(tmp_path / "a.parquet")
    for name in ("a.tsv.gz", "a.parquet"):
        pd.testing.assert_frame_equal(read_file(tmp_path / name).x, FRAME, check_dtype=False)


def test_decimal_comma(tmp_path):
    (tmp_path / "a.csv").write_text("price;town\n1,5;a\n2,25;b\n")
    material = read_file(tmp_path / "a.csv")
    assert material.x.price.tolist() == [1.5, 2.25]
    assert "decimal comma" in material.notes[1]


def test_a_comma_list_in_a_semicolon_file_is_text(tmp_path):
    (tmp_path / "a.csv").write_text("tags;price\na,b;1.5\nc,d;2.5\n")
    material = read_file(tmp_path / "a.csv")
    assert material.x.tags.tolist() == ["a,b", "c,d"]
    assert material.x.price.tolist() == [1.5, 2.5]


def test_missing_marks_and_spaces(tmp_path):
    (tmp_path / "a.csv").write_text("a, b, c\n1, ?, None\n, x, y\nNA, z, w\n")
    frame = read_file(tmp_path / "a.csv").x
    assert list(frame.columns) == ["a", "b", "c"]
    assert frame.a.isna().tolist() == [False, True, True]
    assert frame.b.isna().tolist() == [True, False, False]
    assert frame.c[0] == "None"


def test_a_byte_order_mark_is_no_part_of_a_name(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"\xef\xbb\xbfage,town\n1,a\n")
    assert list(read_file(tmp_path / "a.csv").x.columns) == ["age", "town"]


def test_quoted_delimiters(tmp_path):
    (tmp_path / "a.csv").write_text('"name, first";age\n"a, b";1\n')
    assert list(read_file(tmp_path / "a.csv").x.columns) == ["name, first", "age"]


def test_one_column(tmp_path):
    with gzip.open(tmp_path / "a.csv.gz", "wt") as file:
        file.write("sales\n1\n2\n")
    assert read_file(tmp_path / "a.csv.gz").x.sales.tolist() == [1, 2]
