"""Real runs on real data, their pages, and a real browser to open them in."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import layersmith as ls

CHROMIUM = shutil.which("chromium")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's Chromium, without a window."""
    if CHROMIUM is None and not os.environ.get("CI"):
        pytest.skip("there is no chromium: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        options = ["--no-sandbox"] if os.geteuid() == 0 else []
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=options)
        yield chromium
        chromium.close()


class Visit:
    """A page that is open, and what the browser complained about."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.complaints: list[str] = []
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", lambda dialog: self.complaints.append(f"dialog: {dialog.message}"))
        page.on("request", lambda request: self._note_request(request.url))

    def _note_request(self, url: str) -> None:
        if not url.startswith(("file:", "data:")):
            self.complaints.append(f"loads {url}")

    def open(self, path: Path) -> "Visit":
        self.page.goto(path.as_uri())
        self.page.wait_for_selector("html[data-drawn=true]", state="attached")
        return self


@pytest.fixture
def visit(browser: Any) -> Iterator[Callable[..., Visit]]:
    """Open a page at some width, in light or dark."""
    contexts = []

    def open_page(path: Path, *, width: int = 1280, theme: str = "light") -> Visit:
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
        contexts.append(context)
        return Visit(context.new_page()).open(path)

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory, shared_data: Path) -> dict[str, Path]:
    """The reports of three short runs: a table, images, series."""
    folder = tmp_path_factory.mktemp("runs")
    sources = {"table": "sklearn:iris", "image": "sklearn:digits", "series": shared_data / "gunpoint.npz"}
    for name, source in sources.items():
        ls.search(source, max_trials=2, budget="6s", out=folder / name, verbose=0)
    return {name: folder / name / "report.html" for name in sources}
