"""Rules of the house that no linter checks."""

import ast
import doctest
import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import layersmith

SOURCE = Path(layersmith.__file__).parent
FILES = sorted(SOURCE.rglob("*.py"))
MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(layersmith.__path__, "layersmith.")
    if not module.name.rpartition(".")[2].startswith("_")
)
HEAVY = ("jax", "keras", "matplotlib", "optuna", "pandas", "plotly", "sklearn", "tensorflow", "torch")
BANNED = {"common.py", "helpers.py", "misc.py", "utils.py"}


def shown(path):
    return str(path.relative_to(SOURCE))


@pytest.mark.parametrize("path", FILES, ids=shown)
def test_every_file_says_what_it_is(path):
    said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert said
    assert said[0].isupper() or said[0] == "`"


@pytest.mark.parametrize("path", FILES, ids=shown)
def test_no_file_is_long(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 500


def test_half_of_the_files_are_short():
    lengths = sorted(len(path.read_text(encoding="utf-8").splitlines()) for path in FILES)
    assert lengths[len(lengths) // 2] <= 150


def test_no_file_is_a_drawer():
    assert not [shown(path) for path in FILES if path.name in BANNED]


def documentation_only(path):
    """Whether a module defines nothing: a package that is only its docstring."""
    return not ast.parse(path.read_text(encoding="utf-8")).body[1:]


@pytest.mark.parametrize("name", ["layersmith", *MODULES])
def test_what_a_module_gives_is_listed_sorted_and_there(name):
    module = importlib.import_module(name)
    if documentation_only(Path(module.__file__)):
        return
    listed = module.__all__
    assert list(listed) == sorted(listed, key=lambda entry: (not entry.isupper(), not entry[:1].isupper(), entry))
    assert len(set(listed)) == len(listed)
    for entry in listed:
        assert getattr(module, entry) is not None


def of_keras_tuner(path):
    """Whether KerasTuner gives the signatures of a file."""
    return path.name == "hyperparameters.py" or "keras_tuner" in path.parts


@pytest.mark.parametrize("path", [path for path in FILES if not of_keras_tuner(path)], ids=shown)
def test_public_functions_take_seven_arguments_at_most(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and path.parent.name != "cli":
            positional = [*node.args.posonlyargs, *node.args.args]
            assert len([each for each in positional if each.arg not in ("self", "cls")]) <= 7, node.name


def test_no_verb_shares_its_name_with_a_package():
    packages = {path.name for path in SOURCE.iterdir() if path.is_dir()}
    assert not packages & set(layersmith.__all__)


def test_every_verb_of_the_command_line_is_a_verb_of_the_library_or_of_its_results():
    from layersmith.cli import VERBS

    of_results = {"predict": "Best.predict", "report": "Result.save_report"}
    assert set(VERBS) <= {*layersmith.__all__, *of_results}


def loaded(code):
    """Return which of the heavy libraries a fresh process has loaded after `code`."""
    report = f"\nimport sys\nprint(*sorted(set({HEAVY!r}) & set(sys.modules)), file=sys.__stdout__)"
    done = subprocess.run([sys.executable, "-c", code + report], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()[-1]


def test_importing_the_library_loads_nothing_heavy():
    assert loaded("import layersmith; layersmith.__version__; dir(layersmith)") == ""


@pytest.mark.parametrize("words", [["--help"], ["search", "--help"], ["predict", "--help"]])
def test_help_loads_nothing_heavy(words):
    code = f"""
import sys
sys.argv = ["layersmith", *{words!r}]
from layersmith.cli import main
try:
    main()
except SystemExit as ended:
    assert ended.code == 0
"""
    assert loaded(code) == ""


def test_an_unknown_verb_is_an_attribute_error():
    with pytest.raises(AttributeError, match="serach"):
        _ = layersmith.serach


class Fixtures:
    """Gives doctests the one fixture they ask for."""

    def __init__(self, folder):
        self._folder = folder

    def __call__(self, name):
        assert name == "tmp_path"
        return self._folder


@pytest.mark.parametrize("name", ["layersmith", *MODULES])
def test_examples_in_docstrings_run(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    module = importlib.import_module(name)
    examples = doctest.DocTestFinder(exclude_empty=True).find(module, extraglobs={"getfixture": Fixtures(tmp_path)})
    said = []
    for example in examples:
        doctest.DocTestRunner(optionflags=doctest.ELLIPSIS, verbose=False).run(example, out=said.append)
    assert not said, "".join(said)
