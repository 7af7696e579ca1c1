"use strict";
const page = JSON.parse(document.getElementById("page-data").textContent);
const root = document.documentElement;
const prefersDark = matchMedia("(prefers-color-scheme: dark)");
const [AXIS_WIDTH, LETTER_WIDTH] = [140, 7]; // pixels, about
const PAPER_WIDTH = 640; // pixels, within the margins of A4 and Letter
const isPhone = matchMedia("(max-width: 40rem)");

// Colours: figures come in light ones; what stands in the table below takes their place.

const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : prefersDark.matches);

function coloured(value, swap, key = "") {
  if (Array.isArray(value)) return value.map((each) => coloured(each, swap, key));
  if (value && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, coloured(each, swap, name)]));
  }
  return typeof value === "string" && /color(scale|way)?$/.test(key) && swap[value] ? swap[value] : value;
}

// Charts.

function draw(chart, dark, width) {
  const swap = dark ? page.dark : {};
  const size = width ? { width } : { autosize: true };
  const layout = coloured({ ...chart.layout, ...size, template: page.template, dragmode: false }, swap);
  if (isPhone.matches) layout.font = { size: 11 };
  const options = { responsive: true, displayModeBar: false };
  return Plotly.react(chart.id, coloured(chart.data, swap).map((trace) => withRoom(trace, chart.id)), layout, options);
}

// The text of a cell goes where it has no room; the cell shows it when it is pointed at.
function withRoom(trace, id) {
  if (!trace.texttemplate) return trace;
  const longest = Math.max(...trace.text.flat().flatMap((text) => text.split("<br>").map((line) => line.length)));
  const room = (document.getElementById(id).clientWidth - AXIS_WIDTH) / trace.text[0].length;
  return room < longest * LETTER_WIDTH ? { ...trace, texttemplate: undefined } : trace;
}

const redraw = (dark, width) => page.charts.forEach((chart) => draw(chart, dark, width));

function drawOneByOne(charts) {
  if (!charts.length) {
    root.dataset.drawn = "true";
    return;
  }
  draw(charts[0], isDark());
  setTimeout(() => drawOneByOne(charts.slice(1)));
}

// Theme.

document.getElementById("theme").addEventListener("click", () => {
  root.dataset.theme = isDark() ? "light" : "dark";
  redraw(isDark());
});
prefersDark.addEventListener("change", () => redraw(isDark()));
addEventListener("beforeprint", () => redraw(false, PAPER_WIDTH));
addEventListener("afterprint", () => redraw(isDark()));

// Candidates. Names are set as text, never as markup.

const [RANK, NAME, PARAMS, EPOCHS, SECONDS, TRIAL, ORIGIN, WINNER, VALUES] = [0, 1, 4, 5, 6, 7, 8, 9, 10];
const STEP = 50;
const shape = {
  [PARAMS]: (value) => value.toLocaleString("en"),
  [SECONDS]: (value) => value.toFixed(1),
};

function element(tag, text, className) {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function described(row, names) {
  const details = element("details");
  const list = element("p", undefined, "list");
  for (let place = 0; place < row[VALUES].length; place += 2) {
    const pair = element("span", `${names[row[VALUES][place]]} `);
    pair.append(element("b", row[VALUES][place + 1]));
    list.append(pair, " ");
  }
  details.append(element("summary", row[NAME]), element("p", `trial ${row[TRIAL]}, ${row[ORIGIN]}`, "quiet"), list);
  return details;
}

function cell(row, key, names) {
  const made = element("td", undefined, key === NAME ? "" : "number");
  const value = row[key];
  if (key === NAME) made.append(described(row, names));
  else made.textContent = Array.isArray(value) ? value[1] : (shape[key] ?? String)(value);
  return made;
}

function showBoard(table, { rows, hyperparameters }) {
  const headings = [...table.tHead.rows[0].cells];
  const keys = headings.map((heading) => Number(heading.dataset.key));
  const more = document.getElementById("more");
  const filter = document.getElementById("filter");
  const texts = new Map(rows.map((row) => [row, wordsOf(row, hyperparameters)]));
  let [key, direction, limit] = [RANK, 1, STEP];

  const sortable = (row) => (Array.isArray(row[key]) ? row[key][0] : row[key]);
  function compare(a, b) {
    const [left, right] = [sortable(a), sortable(b)];
    if (left === null || right === null) return (left === null) - (right === null);
    return direction * (typeof left === "string" ? left.localeCompare(right) : left - right);
  }

  function show() {
    const wanted = filter.value.trim().toLowerCase();
    const found = rows.filter((row) => texts.get(row).includes(wanted)).sort(compare);
    const lines = found.slice(0, limit).map((row) => {
      const line = element("tr", undefined, row[WINNER] ? "winner" : "");
      line.append(...keys.map((each) => cell(row, each, hyperparameters)));
      return line;
    });
    table.tBodies[0].replaceChildren(...lines);
    more.hidden = found.length <= limit;
    document.getElementById("shown").textContent =
      `${lines.length.toLocaleString("en")} of ${rows.length.toLocaleString("en")} candidates`;
  }

  headings.forEach((heading, place) => {
    heading.querySelector("button").addEventListener("click", () => {
      direction = heading.getAttribute("aria-sort") === "ascending" ? -1 : 1;
      headings.forEach((other) => other.removeAttribute("aria-sort"));
      heading.setAttribute("aria-sort", direction > 0 ? "ascending" : "descending");
      key = keys[place];
      show();
    });
  });
  filter.addEventListener("input", show);
  more.addEventListener("click", () => {
    limit += STEP;
    show();
  });
  show();
}

function wordsOf(row, names) {
  const values = row[VALUES].map((value, place) => (place % 2 ? value : names[value]));
  return [row[NAME], row[ORIGIN], ...values].join(" ").toLowerCase();
}

const board = document.getElementById("board");
if (board) showBoard(board, page.board);
drawOneByOne(page.charts);
