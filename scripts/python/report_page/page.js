const root = document.documentElement;
const prefersDark = matchMedia("(prefers-color-scheme: dark)");
const isNarrow = matchMedia("(max-width: 760px)");

// Light or dark: what the system prefers, until somebody presses the button.
const toggle = document.getElementById("theme");
const theme = () => root.dataset.theme || (prefersDark.matches ? "dark" : "light");
const opposite = () => (theme() === "dark" ? "light" : "dark");
const nameToggle = () => { toggle.textContent = opposite() === "dark" ? "Dark" : "Light"; };
toggle.addEventListener("click", () => {
  root.dataset.theme = opposite();
  try { localStorage.setItem("theme", root.dataset.theme); } catch {}
  nameToggle();
});
prefersDark.addEventListener("change", nameToggle);
nameToggle();

// Tables: a head is a button that sorts by its column, numbers from the largest down.
function compare(a, b, isNumeric) {
  if (a === "" || b === "") return (a === "") - (b === "");
  return isNumeric ? a - b : a.localeCompare(b, "en");
}

function sort(table, head) {
  const column = head.cellIndex;
  const body = table.tBodies[0];
  const rows = [...body.rows].map((row) => [row.cells[column].dataset.value, row]);
  const isNumeric = rows.every(([value]) => value === "" || !Number.isNaN(Number(value)));
  const first = isNumeric ? "descending" : "ascending";
  const second = isNumeric ? "ascending" : "descending";
  const order = head.getAttribute("aria-sort") === first ? second : first;
  const sign = order === "descending" ? -1 : 1;
  rows.sort(([a], [b]) => compare(a, b, isNumeric) * (a === "" || b === "" ? 1 : sign));
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", order);
  body.append(...rows.map(([, row]) => row));
}

// Long tables show their first rows, whatever they are sorted by.
function showFirst(table, isWhole) {
  const first = isWhole ? Infinity : Number(table.dataset.first ?? Infinity);
  [...table.tBodies[0].rows].forEach((row, index) => { row.hidden = index >= first; });
}

for (const table of document.querySelectorAll("table.sortable")) {
  const more = document.querySelector(`[data-table="${table.id}"]`);
  const isWhole = () => more?.getAttribute("aria-expanded") !== "false";
  for (const head of table.tHead.rows[0].cells) {
    head.firstElementChild.addEventListener("click", () => {
      sort(table, head);
      showFirst(table, isWhole());
    });
  }
  more?.addEventListener("click", () => {
    more.setAttribute("aria-expanded", String(!isWhole()));
    [more.textContent, more.dataset.fewer] = [more.dataset.fewer, more.textContent];
    showFirst(table, isWhole());
  });
  showFirst(table, isWhole());
}

// Charts: drawn anew when the page becomes narrow or wide.
const charts = JSON.parse(document.getElementById("charts")?.textContent ?? "{}");
async function draw() {
  for (const [id, { wide, narrow, data }] of Object.entries(charts)) {
    const spec = { ...(isNarrow.matches ? narrow : wide), datasets: data };
    const options = { actions: false, renderer: "svg", tooltip: { disableDefaultStyle: true } };
    await vegaEmbed(`#chart-${id}`, spec, options);
  }
  root.dataset.drawn = isNarrow.matches ? "narrow" : "wide";
}
isNarrow.addEventListener("change", draw);
draw();
