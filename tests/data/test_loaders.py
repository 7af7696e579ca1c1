import numpy as np
import pytest

from layersmith.data import read
from layersmith.data.loaders import is_loader, read_loader
from layersmith.errors import DataError

X = np.arange(60, dtype=np.float32).reshape(20, 3)
Y = np.arange(20) % 2
LIMIT = 10_000


def batches():
    return ((X[i : i + 8], Y[i : i + 8]) for i in range(0, 20, 8))


class Sequence:
    """Like keras.utils.Sequence: an index past the end is not an error."""

    def __len__(self):
        return 3

    def __getitem__(self, i):
        start = i % 3 * 8
        return X[start : start + 8], Y[start : start + 8]


class RowDataset:
    """Like torch.utils.data.Dataset: single rows."""

    def __len__(self):
        return 20

    def __getitem__(self, i):
        return X[i], int(Y[i])


class Tensor:
    """Like a torch tensor that NumPy cannot read before it is detached."""

    def __init__(self, array):
        self.array = array

    def detach(self):
        return self

    def cpu(self):
        return self.array


class DataLoader:
    """Like torch.utils.data.DataLoader: iterable, with a length, no indexing."""

    def __len__(self):
        return 3

    def __iter__(self):
        return ((Tensor(x), Tensor(y)) for x, y in batches())


class TensorFlowDataset:
    def __init__(self, rows):
        self.rows = rows

    def cardinality(self):
        return len(self.rows)

    def as_numpy_iterator(self):
        return iter(self.rows)

    def __iter__(self):
        raise AssertionError("tensors would be converted one by one")


SOURCES = {
    "generator": batches,
    "sequence": Sequence,
    "rows": RowDataset,
    "data loader": DataLoader,
    "tf batches": lambda: TensorFlowDataset(list(batches())),
    "tf rows": lambda: TensorFlowDataset(list(zip(X, Y, strict=True))),
    "weights": lambda: ((x, y, np.ones(len(y))) for x, y in batches()),
}


@pytest.mark.parametrize("name", SOURCES)
def test_all_rows_are_collected_in_order(name):
    source = SOURCES[name]()
    assert is_loader(source)
    material = read_loader(source, max_bytes=LIMIT)
    np.testing.assert_array_equal(material.x, X)
    np.testing.assert_array_equal(material.y, Y)


def test_the_limit_is_said():
    note = read_loader(Sequence(), max_bytes=LIMIT).notes[0]
    assert note == "Sequence: 20 rows from 3 batches were collected (400 of at most 10,000 bytes)"


def test_the_limit_is_kept():
    with pytest.raises(DataError, match=r"max_bytes = 300 bytes \(reached at batch 1\)"):
        read_loader(Sequence(), max_bytes=300)
    assert len(read_loader(Sequence(), max_bytes=400).x) == 20


def test_it_becomes_a_problem():
    problem = read(batches())
    np.testing.assert_array_equal(problem.targets, Y)
    assert problem.source == "loader generator"


def test_single_rows_with_vector_targets():
    rows = [(np.ones((4, 2)) * i, np.eye(3)[i % 3]) for i in range(9)]
    material = read_loader(iter(rows), max_bytes=LIMIT)
    assert material.x.shape == (9, 4, 2)
    assert material.y.shape == (9, 3)


@pytest.mark.parametrize("source", ["a.csv", b"a", [1], (1,), {"a": 1}, np.zeros(3), 3.0, None])
def test_other_sources_are_no_loaders(source):
    assert not is_loader(source)
