"""Showing a report: in IPython itself, in a process of its own."""

import json
import subprocess
import sys

from layersmith.report.result import Result

NOTEBOOK = """
import json, sys
from pathlib import Path
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from layersmith.report.showing import in_notebook, show_page

shell = InteractiveShell.instance()
with capture_output() as captured:
    show_page("<title>A & \\"B\\"</title>", Path("report.html"))
[shown] = captured.outputs
print(json.dumps({"notebook": in_notebook(), **shown.data}))
"""
TERMINAL = """
import json
from IPython.terminal.interactiveshell import TerminalInteractiveShell
from layersmith.report.showing import in_notebook

TerminalInteractiveShell.instance(simple_prompt=True)
print(json.dumps(in_notebook()))
"""


def run(code, folder):
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=folder)
    return json.loads(done.stdout.splitlines()[-1])


def test_a_notebook_shows_the_page_in_a_frame(tmp_path):
    shown = run(NOTEBOOK, tmp_path)
    assert shown["notebook"]
    assert shown["text/plain"] == "report.html"
    assert 'srcdoc="&lt;title&gt;A &amp; &quot;B&quot;&lt;/title&gt;"' in shown["text/html"]
    assert list(tmp_path.iterdir()) == []


def test_a_terminal_is_no_notebook(tmp_path):
    assert run(TERMINAL, tmp_path) is False


def test_elsewhere_the_browser_opens_the_file(tmp_path):
    opened = tmp_path / "opened"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {opened}\n')
    browser.chmod(0o755)
    code = (
        "import os; from pathlib import Path; from layersmith.report.showing import show_page\n"
        "show_page('<p>hello</p>', Path('report.html'))"
    )
    environment = {"BROWSER": f"{browser} %s", "PATH": "/usr/bin:/bin"}
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path, env=environment, timeout=60)
    assert (tmp_path / "report.html").read_text() == "<p>hello</p>"
    assert opened.read_text().strip() == (tmp_path / "report.html").as_uri()


def test_the_block_below_a_cell_stays_small(outcome):
    assert len(Result(outcome)._repr_html_()) < 5000
