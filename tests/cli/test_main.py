"""The command as a whole: exit codes, quiet, a fault of ours."""

import pytest

from layersmith.cli import VERBS, main


def test_every_verb_explains_itself(call):
    called = call("--help")
    assert called.code == 0
    for name in VERBS:
        assert name in called.out
        explained = call(name, "--help")
        assert explained.code == 0
        assert "Usage" in explained.out


@pytest.mark.parametrize("name", VERBS)
def test_every_option_has_help(name):
    import typer

    from layersmith.cli import app

    command = typer.main.get_command(app).commands[name]
    assert command.help
    for parameter in command.params:
        assert getattr(parameter, "help", None), f"{name}: {parameter.name}"


def test_a_fault_of_ours_is_not_hidden(monkeypatch):
    from layersmith.study import outcome

    def broken(folder):
        raise ZeroDivisionError("a fault")

    monkeypatch.setattr(outcome, "load_outcome", broken)
    monkeypatch.setattr("sys.argv", ["layersmith", "report", "run"])
    with pytest.raises(ZeroDivisionError):
        main()


def test_quiet_says_nothing_when_all_goes_well(make_people, short, tmp_path):
    make_people(520).to_csv(tmp_path / "people.csv", index=False)
    words = ("search", "people.csv", "--target", "income", "--max-trials", 1, "--out", "run", "--quiet")
    done = short(*words, cwd=tmp_path)
    assert (done.code, done.out, done.err) == (0, "", "")


def test_when_every_candidate_fails_the_reasons_end_the_command(make_people, python, tmp_path):
    make_people(520).to_csv(tmp_path / "people.csv", index=False)
    code = """
from layersmith.families import dense
def body(features, options, spec):
    raise MemoryError("no room for 3 layers")
dense.body = body
from layersmith.cli import main
main()
"""
    words = ("search", "people.csv", "--target", "income", "--max-trials", 2, "--out", "run")
    done = python(code, *words, cwd=tmp_path)
    assert done.code == 2
    assert "none of 2 candidates could be trained: MemoryError: no room for 3 layers" in done.err
    assert "Traceback" not in done.err
    assert not (tmp_path / "run" / "result.json").exists()
    assert "no room" in (tmp_path / "run" / "trials.csv").read_text()
