document.querySelectorAll("table.sortable").forEach((table) => {
  const body = table.tBodies[0];
  const headings = [...table.tHead.rows[0].cells];
  const value = (row, column) => row.cells[column].dataset.value;

  function compare(column, isNumber, direction) {
    return (a, b) => {
      const [left, right] = [value(a, column), value(b, column)];
      if (!isNumber) return direction * left.localeCompare(right);
      const [x, y] = [parseFloat(left), parseFloat(right)];
      if (Number.isNaN(x) || Number.isNaN(y)) return Number.isNaN(x) - Number.isNaN(y);
      return direction * (x - y);
    };
  }

  headings.forEach((heading, column) => {
    heading.querySelector("button").addEventListener("click", () => {
      const ascending = heading.getAttribute("aria-sort") !== "ascending";
      headings.forEach((other) => other.removeAttribute("aria-sort"));
      heading.setAttribute("aria-sort", ascending ? "ascending" : "descending");
      const isNumber = heading.classList.contains("number");
      const rows = [...body.rows].sort(compare(column, isNumber, ascending ? 1 : -1));
      body.append(...rows);
    });
  });
});
