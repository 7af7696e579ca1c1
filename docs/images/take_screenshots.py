"""Take the screenshots of reports that stand in this folder: python docs/images/take_screenshots.py NAME=RUN_FOLDER ...

Needs Chromium and the test extra. Each report is taken from the answer to the data, at the widths of a desktop (light)
and a phone (dark); the beginning of the first one is `report.png`.
"""

import io
import os
import shutil
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from layersmith.report.page import write_report
from layersmith.study.outcome import load_outcome

FOLDER = Path(__file__).parent
VIEWS = {"desktop": (1100, "light", 0.65), "phone": (390, "dark", 0.8)}
COLOURS = 64
BEGINNING = 1000  # pixels of `report.png`


def take(page: Page, scale: float) -> Image.Image:
    """Return what a page shows, from top to bottom, smaller; the end names the folders of whoever ran it."""
    page.wait_for_selector("html[data-drawn=true]", state="attached")
    page.add_style_tag(content="#reproduce { display: none }")
    whole = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")
    return whole.resize((round(whole.width * scale), round(whole.height * scale)), Image.Resampling.LANCZOS)


def save(image: Image.Image, name: str) -> None:
    """Write an image in few colours."""
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(FOLDER / name, optimize=True)


def main(runs: dict[str, str]) -> None:
    """Take the screenshots of some runs, by name."""
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as driver, tempfile.TemporaryDirectory() as folder:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=arguments)
        for name, run in runs.items():
            report = write_report(load_outcome(run), Path(folder) / f"{name}.html")
            for view, (width, theme, scale) in VIEWS.items():
                context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
                page = context.new_page()
                page.goto(report.as_uri())
                image = take(page, scale)
                save(image, f"report_{name}_{view}.png")
                if name == next(iter(runs)) and view == "desktop":
                    save(image.crop((0, 0, image.width, BEGINNING)), "report.png")
                context.close()
        browser.close()


if __name__ == "__main__":
    main(dict(argument.split("=", 1) for argument in sys.argv[1:]))
