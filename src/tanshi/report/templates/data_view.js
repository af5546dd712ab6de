// The numbers of each chart: shown when asked for, and saved without a network.
function cellsOf(csv) {
  const rows = [[]];
  for (const [, cell, end] of csv.matchAll(/("(?:[^"]|"")*"|[^,\n]*)(,|\n|$)/g)) {
    if (cell === "" && end === "") break;
    rows.at(-1).push(cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell);
    if (end === "\n") rows.push([]);
    if (end === "") break;
  }
  return rows.filter((row) => row.length);
}

function shown(cell) {
  const number = Number(cell);
  if (cell === "" || Number.isNaN(number) || Number.isInteger(number)) return cell;
  return number.toLocaleString(document.documentElement.lang, { maximumSignificantDigits: 6, useGrouping: false });
}

function fill(box) {
  if (box.firstChild) return;
  const table = box.appendChild(document.createElement("table"));
  const [head, ...rows] = cellsOf(data.tables[box.dataset.table]);
  const add = (part, cells, kind) => {
    const line = part.insertRow();
    cells.forEach((cell) => line.appendChild(document.createElement(kind)).append(shown(cell)));
  };
  add(table.createTHead(), head, "th");
  const body = table.createTBody();
  rows.forEach((row) => add(body, row, "td"));
}

document.querySelectorAll("details.data").forEach((box) =>
  box.addEventListener("toggle", () => fill(box.querySelector("[data-table]"))));

document.querySelectorAll("[data-save]").forEach((button) => button.addEventListener("click", () => {
  // With a byte order mark, or Excel takes Chinese names for another encoding.
  const file = URL.createObjectURL(new Blob(["\ufeff", data.tables[button.dataset.save]], { type: "text/csv" }));
  const link = document.createElement("a");
  link.href = file;
  link.download = `${button.dataset.save}.csv`;
  link.click();
  URL.revokeObjectURL(file);
}));

window.addEventListener("resize", () => charts.forEach((chart) => chart.resize()));
window.tanshiChartsDrawn = charts.length;
