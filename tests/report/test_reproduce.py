import shlex

import pytest

from layersmith.report.reproduce import command_line


def settings(**changes):
    base = {
        "source": "adult.csv",
        "budget": {"seconds": None, "trials": 20},
        "read": {"target": "income", "split_column": "auto", "max_bytes": 2 * 1024**3, "group": None},
        "seed": 0,
        "holdout": 0.2,
        "objective": "accuracy",
        "strategy": "gp",
    }
    return {**base, **changes}


def test_defaults_are_left_out_and_the_seed_stays() -> None:
    expected = "layersmith search adult.csv --target income --max-trials 20 --objective accuracy --seed 0"
    assert command_line(settings()) == expected


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"read": {"target": ["a", "b"]}}, ["--target", "a", "--target", "b"]),
        ({"read": {"split_column": None}}, ["--split-column", "none"]),
        ({"read": {"split_column": "part"}}, ["--split-column", "part"]),
        ({"read": {"forecast": "sales", "horizon": 12, "lookback": 36}}, ["sales", "--horizon", "12", "--lookback"]),
        ({"budget": {"seconds": 5400.0, "trials": None}}, ["--budget", "5400s"]),
        ({"budget": {"seconds": 60.0, "trials": 5}}, ["--budget", "60s", "--max-trials", "5"]),
        ({"holdout": 0.3}, ["--holdout", "0.3"]),
        ({"strategy": "random"}, ["--strategy", "random"]),
        ({"seed": 11}, ["--seed", "11"]),
    ],
)
def test_what_was_asked_is_an_option(change, words) -> None:
    said = shlex.split(command_line(settings(**change)))
    start = said.index(words[0])
    assert said[start : start + len(words)] == words


def test_names_with_spaces_and_quotes_are_quoted() -> None:
    said = command_line(settings(source="my data.csv", read={"target": "it's; rm"}))
    assert shlex.split(said)[2:5] == ["my data.csv", "--target", "it's; rm"]


def test_arrays_are_repeated_from_python() -> None:
    said = command_line(settings(source="arrays", read={"kind": "image", "split_column": None}, objective=""))
    assert said == "layersmith.search(x, y, split_column=None, kind='image', max_trials=20, seed=0)"


def test_settings_of_an_older_run_may_lack_entries() -> None:
    assert command_line({"source": "a.csv"}) == "layersmith search a.csv --seed 0"
