"""Reports of real runs in a real browser: nothing complains, nothing is cut, everything is drawn and works."""

import pytest

from layersmith.report.comparison import write_comparison
from layersmith.study.outcome import load_outcome

RUNS = ("table", "image", "series")
WIDTHS = {"desktop": 1280, "phone": 390}

CUT = """() => {
  const inside = (element) => element.closest(".scroll, pre, .chart, svg, details:not([open])");
  return [...document.body.querySelectorAll("*")]
    .filter((element) => !inside(element) && element.getClientRects().length)
    .filter((element) => {
      const box = element.getBoundingClientRect();
      return box.width && (box.left < -0.5 || box.right > innerWidth + 0.5);
    })
    .map((element) => element.outerHTML.slice(0, 80));
}"""
CHARTS = """() => [...document.querySelectorAll(".chart")].map((chart) => {
  const drawing = chart.querySelector("svg.main-svg");
  const box = drawing?.getBoundingClientRect() ?? { width: 0, height: 0 };
  const marks = chart.querySelectorAll(".js-line, .point, .points path, .heatmaplayer image").length;
  const texts = [...chart.querySelectorAll(".xtitle, .ytitle, .legendtext")];
  const cut = texts.filter((text) => {
    const place = text.getBoundingClientRect();
    const around = chart.getBoundingClientRect();
    return place.left < around.left - 1 || place.right > around.right + 1 || place.bottom > around.bottom + 1;
  });
  return { id: chart.id, width: box.width, height: box.height, marks, cut: cut.map((text) => text.textContent) };
})"""


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
@pytest.mark.parametrize("run", RUNS)
def test_a_report_opens_whole(visit, pages, run, width, theme):
    visited = visit(pages[run], width=width, theme=theme)
    page = visited.page
    assert visited.complaints == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(CUT) == []
    charts = page.evaluate(CHARTS)
    assert len(charts) >= 5
    for chart in charts:
        assert chart["marks"] > 0, chart
        assert chart["width"] > 200, chart
        assert chart["height"] > 100, chart
        assert chart["cut"] == [], chart


def colour(page, selector, of):
    return page.evaluate(f"getComputedStyle(document.querySelector('{selector}')).{of}")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_theme_is_the_systems_until_it_is_switched(visit, pages, theme):
    page = visit(pages["image"], theme=theme).page
    papers = {"light": "rgb(253, 252, 250)", "dark": "rgb(21, 24, 28)"}
    other = "dark" if theme == "light" else "light"
    assert colour(page, "body", "backgroundColor") == papers[theme]
    assert colour(page, ".chart .bg", "fill") == papers[theme]
    page.click("#theme")
    assert colour(page, "body", "backgroundColor") == papers[other]
    assert colour(page, ".chart .bg", "fill") == papers[other]
    page.click("#theme")
    assert colour(page, ".chart .bg", "fill") == papers[theme]


def column(page, place):
    return page.locator(f"#board tbody td:nth-child({place})").all_text_contents()


def test_candidates_are_sorted_by_any_column_both_ways(visit, pages):
    page = visit(pages["image"]).page
    headings = page.locator("#board th").all_text_contents()
    place = headings.index("Parameters") + 1
    page.click("#board th:has-text('Parameters') button")
    rising = [int(text.replace(",", "")) for text in column(page, place)]
    assert rising == sorted(rising)
    page.click("#board th:has-text('Parameters') button")
    assert [int(text.replace(",", "")) for text in column(page, place)] == rising[::-1]
    page.click("#board th:has-text('Name') button")
    names = [text.casefold() for text in page.locator("#board summary").all_text_contents()]
    assert names == sorted(names)


def test_candidates_are_filtered_by_names_and_values(visit, pages):
    page = visit(pages["image"]).page
    count = page.locator("#board tbody tr").count()
    first = page.locator("#board summary").first.text_content()
    page.fill("#filter", first.upper())
    assert 1 <= page.locator("#board tbody tr").count() <= count
    page.fill("#filter", "there is no such thing")
    assert page.locator("#board tbody tr").count() == 0
    assert page.text_content("#shown") == f"0 of {count} candidates"
    page.fill("#filter", "")
    assert page.locator("#board tbody tr").count() == count


def test_a_name_opens_its_hyperparameters(visit, pages):
    page = visit(pages["table"], width=390).page
    page.click("#board summary >> nth=0")
    assert "learning_rate" in page.text_content("#board details[open]")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_paper_is_light_and_holds_everything(visit, pages):
    visited = visit(pages["series"], theme="dark")
    visited.page.emulate_media(media="print", color_scheme="dark")
    assert colour(visited.page, "body", "backgroundColor") == "rgb(255, 255, 255)"
    assert len(visited.page.pdf(format="A4")) > 50_000
    assert visited.complaints == []


def test_charts_fit_on_paper_and_return_to_the_screen(visit, pages):
    page = visit(pages["series"], theme="dark").page
    width = "document.querySelector('.chart svg').getBoundingClientRect().width"
    on_screen = page.evaluate(width)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(width) == 640
    assert colour(page, ".chart .bg", "fill") == "rgb(253, 252, 250)"
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(width) == on_screen
    assert colour(page, ".chart .bg", "fill") == "rgb(21, 24, 28)"


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_runs_side_by_side_open_whole(visit, pages, tmp_path, width):
    outcomes = [load_outcome(page.parent) for page in pages.values()]
    visited = visit(write_comparison(outcomes, tmp_path / "comparison.html"), width=width)
    assert visited.complaints == []
    assert visited.page.evaluate("document.documentElement.scrollWidth") <= width
    assert visited.page.evaluate(CUT) == []
    assert visited.page.locator("svg.architecture").count() == len(outcomes)
