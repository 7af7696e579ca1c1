"""The loaders of TensorFlow and PyTorch themselves, each in a process of its own: they claim threads and memory."""

import importlib.util
import subprocess
import sys

import pytest

_TENSORFLOW = """
import numpy as np, tensorflow as tf
x = np.arange(60, dtype="float32").reshape(20, 3); y = np.tile([0, 1], 10)
source = tf.data.Dataset.from_tensor_slices((x, y)).batch(8)
endless = tf.data.Dataset.from_tensor_slices((x, y)).repeat().batch(8)
"""
_TORCH = """
import numpy as np, torch
x = np.arange(60, dtype="float32").reshape(20, 3); y = np.tile([0, 1], 10)
rows = torch.utils.data.TensorDataset(torch.from_numpy(x), torch.from_numpy(y))
source = torch.utils.data.DataLoader(rows, batch_size=8)
class Endless(torch.utils.data.IterableDataset):
    def __iter__(self):
        while True:
            yield torch.zeros(3), torch.tensor(0)
endless = torch.utils.data.DataLoader(Endless(), batch_size=8)
"""
_CHECK = """
from layersmith.data import ReadOptions, encode, read
from layersmith.errors import DataError
problem = read(source)
assert (str(problem.kind), str(problem.task), problem.num_rows) == ("table", "binary", 20), problem
assert np.array_equal(encode(problem, np.arange(20)).x["numeric"], x)
try:
    read(endless, options=ReadOptions(max_bytes=100_000))
except DataError as error:
    print("refused:", error.fix)
"""


@pytest.mark.parametrize(("library", "setup"), [("tensorflow", _TENSORFLOW), ("torch", _TORCH)])
def test_a_loader_is_collected_and_an_endless_one_refused(library, setup):
    if importlib.util.find_spec(library) is None:
        pytest.skip(f"{library} is not installed: an extra, which CI installs")
    done = subprocess.run([sys.executable, "-c", setup + _CHECK], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("refused:")
