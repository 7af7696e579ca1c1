"""Units count their classes."""

import numpy as np

from layersmith.validation.units import gather


def test_units_count_rows_by_class() -> None:
    units = gather(np.array([0, 0, 1, 2, 2, 2]), np.array([0, 1, 1, 0, 0, 0]))
    assert units.counts.toarray().tolist() == [[1, 1], [0, 1], [3, 0]]
    assert units.sizes.tolist() == [2, 1, 3]
    assert units.class_rows.tolist() == [4, 2]
    assert units.class_units.tolist() == [2, 2]
    assert (units.num_units, units.num_classes) == (3, 2)


def test_content_and_holders_are_two_views_of_the_same_counts() -> None:
    units = gather(np.array([0, 0, 1, 2]), np.array([0, 1, 1, 2]))
    classes, rows = units.content(0)
    assert dict(zip(classes.tolist(), rows.tolist(), strict=True)) == {0: 1, 1: 1}
    assert units.holders(1).tolist() == [0, 1]


def test_only_pure_units_of_equal_size_share_a_pattern() -> None:
    #                 pure 0, pure 0, pure 1, mixed, mixed, pure 0 of two rows
    of_row = np.array([0, 1, 2, 3, 3, 4, 4, 5, 5])
    labels = np.array([0, 0, 1, 0, 1, 0, 1, 0, 0])
    patterns = gather(of_row, labels).patterns()
    assert patterns[0] == patterns[1]
    assert len(set(patterns[[0, 2, 3, 4, 5]].tolist())) == 5
