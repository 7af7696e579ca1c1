import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layersmith.strategies.gp.targets import normal_scores


@given(st.lists(st.integers(-(2**20), 2**20), min_size=1, max_size=40, unique=True))
def test_only_the_order_counts(losses):
    column = np.array(losses, float)[:, None]
    scores = normal_scores(column)
    assert (np.argsort(scores, kind="stable") == np.argsort(column[:, 0], kind="stable")).all()
    assert scores.mean() == pytest.approx(0.0, abs=1e-9)
    assert normal_scores(column**3 + 7).tolist() == scores.tolist()


def test_a_further_column_breaks_ties():
    scores = normal_scores(np.array([[0.0, 0.5, 0.9], [0.0, 0.5, 0.1], [0.0, 0.1, 0.0]]))
    assert scores.argsort().tolist() == [2, 1, 0]


def test_equals_share_a_rank():
    scores = normal_scores(np.array([[1.0], [1.0], [0.0], [2.0]]))
    assert scores[0] == scores[1] == pytest.approx(0.0)
    assert scores[3] == -scores[2]


def test_many_scores_have_the_spread_of_a_normal_distribution():
    assert normal_scores(np.random.default_rng(0).exponential(size=(500, 1))).std() == pytest.approx(1.0, abs=0.02)
