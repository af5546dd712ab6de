const finite = data.mac.flat().filter((value) => value !== null && value > 0);
const low = Math.min(...finite), high = Math.max(...finite);
// Costs span orders of magnitude: colour by logarithm, label in CNY.
const shade = (value) => (value === null ? null : Math.log10(Math.max(value, low)));

// The ends of a cost's interval, where there are any; null is infinity.
function interval(i, j) {
  const ends = data.sureness.cost_intervals;
  if (!ends) return "";
  const [from, to] = [ends.lower[i][j], ends.upper[i][j]].map((v) => (v === null ? "∞" : format(v)));
  return `<br>${data.sureness.words.interval}: ${from} – ${to}`;
}

function heat(id, matrix, value, visual, label, more = () => "") {
  const cells = [];
  matrix.forEach((row, i) => row.forEach((cell, j) => cells.push({ value: [j, i, value(cell)], shown: cell })));
  draw(id, {
    grid: { left: narrow ? 78 : 120, right: narrow ? 4 : 20, top: 40, bottom: 56 },
    tooltip: { formatter: (p) => `${data.units[p.value[1]]}, ${data.years[p.value[0]]}<br>${label}: <b>${format(p.data.shown)}</b>${more(p.value[1], p.value[0])}` },
    xAxis: { type: "category", data: data.years, position: "top", axisTick: { show: false }, axisLine: { show: false } },
    yAxis: { type: "category", data: data.units, inverse: true, axisTick: { show: false }, axisLine: { show: false }, axisLabel: { interval: 0, fontSize: narrow ? 9 : 12 } },
    visualMap: { orient: "horizontal", left: "center", bottom: 4, itemHeight: 180, itemWidth: 12, inRange: { color: ramp }, ...visual },
    series: [{ type: "heatmap", data: cells, itemStyle: { borderColor: "#fff", borderWidth: 1 },
      label: { show: true, fontSize: narrow ? 8 : 10.5, formatter: (p) => (p.data.shown === null ? "∞" : format(p.data.shown)) } }],
  });
}
const macVisual = { min: Math.log10(low), max: Math.log10(high), calculable: true, formatter: (v) => format(Math.pow(10, v)) };
heat("chart-mac", data.mac, shade, macVisual, words.mac, interval);
heat("chart-tau", data.tau, (v) => v, { min: data.taus[0], max: data.taus[data.taus.length - 1], calculable: true, formatter: (v) => v.toFixed(2) }, words.tau);

function lines() {
  const last = data.units.length - 1;
  const chosen = {};
  data.units.forEach((unit, i) => { chosen[unit] = i < 3 || i > last - 3; });
  const chart = draw("chart-lines", {
    color: palette,
    grid: narrow ? { left: 56, right: 12, top: 20, bottom: 90 } : { left: 64, right: 190, top: 20, bottom: 40 },
    tooltip: { trigger: "item", formatter: (p) => `${p.seriesName}, ${p.name}<br>${words.mac}: <b>${format(p.value)}</b>` },
    legend: narrow ? { type: "scroll", bottom: 0, selected: chosen } : { type: "scroll", orient: "vertical", right: 0, top: 10, bottom: 10, selected: chosen },
    xAxis: { type: "category", data: data.years, boundaryGap: false },
    yAxis: { type: "log", name: words.mac, nameLocation: "middle", nameGap: 46, min: "dataMin", axisLabel: { formatter: format } },
    series: data.units.map((unit, i) => ({ name: unit, type: "line", symbolSize: 7, data: data.mac[i].map((v) => (v === 0 ? null : v)) })),
  });
  const show = (on) => data.units.forEach((unit) => chart.dispatchAction({ type: on ? "legendSelect" : "legendUnSelect", name: unit }));
  document.getElementById("lines-all").addEventListener("click", () => show(true));
  document.getElementById("lines-none").addEventListener("click", () => show(false));
}
lines();

function quantile(sorted, q) {
  const place = (sorted.length - 1) * q, base = Math.floor(place);
  const next = sorted[Math.min(base + 1, sorted.length - 1)];
  return sorted[base] + (place - base) * (next - sorted[base]);
}
function distribution() {
  const columns = data.years.map((_, j) => data.mac.map((row) => row[j]).filter((v) => v !== null && v > 0).sort((a, b) => a - b));
  const points = [];
  data.mac.forEach((row, i) => row.forEach((v, j) => { if (v !== null && v > 0) points.push({ value: [j, v], unit: data.units[i] }); }));
  draw("chart-distribution", {
    grid: { left: 64, right: 24, top: 20, bottom: 40 },
    tooltip: { formatter: (p) => (p.seriesType === "scatter" ? `${p.data.unit}, ${data.years[p.value[0]]}: <b>${format(p.value[1])}</b>` : `${p.name}<br>` + p.value.slice(1).map(format).join(" · ")) },
    xAxis: { type: "category", data: data.years },
    yAxis: { type: "log", name: words.mac, nameLocation: "middle", nameGap: 46, min: "dataMin", axisLabel: { formatter: format } },
    series: [
      { type: "boxplot", itemStyle: { color: "#e3efee", borderColor: "#0f5c63" }, data: columns.map((c) => [0, 0.25, 0.5, 0.75, 1].map((q) => quantile(c, q))) },
      { type: "scatter", symbolSize: 6, itemStyle: { color: "#c26a1b", opacity: 0.55 }, data: points },
    ],
  });
}
distribution();

function tileMap() {
  if (!data.tiles) return;
  const slider = document.getElementById("map-year"), output = document.getElementById("map-year-label");
  slider.max = String(data.years.length - 1);
  slider.value = slider.max;
  const chart = draw("chart-map", {});
  function paint() {
    const j = Number(slider.value);
    output.textContent = data.years[j];
    chart.setOption({
      grid: { left: 10, right: 10, top: 10, bottom: 56 },
      tooltip: { formatter: (p) => `${data.units[p.dataIndex]}, ${data.years[j]}<br>${words.mac}: <b>${format(p.data.shown)}</b>` },
      xAxis: { type: "category", data: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], show: false },
      yAxis: { type: "category", data: [0, 1, 2, 3, 4, 5, 6, 7], inverse: true, show: false },
      visualMap: { orient: "horizontal", left: "center", bottom: 4, itemHeight: 180, itemWidth: 12, inRange: { color: ramp }, ...macVisual },
      series: [{ type: "heatmap", itemStyle: { borderColor: "#fff", borderWidth: 3, borderRadius: 5 },
        data: data.tiles.map(([column, row], i) => ({ value: [column, row, shade(data.mac[i][j])], shown: data.mac[i][j] })),
        label: { show: true, lineHeight: narrow ? 9 : 15, fontSize: narrow ? 6 : 11, formatter: (p) => `${data.units[p.dataIndex]}\n${p.data.shown === null ? "∞" : format(p.data.shown)}` } }],
    });
  }
  slider.addEventListener("input", paint);
  paint();
}
tileMap();

function parameters() {
  const box = document.getElementById("chart-parameters");
  data.parameters.forEach((parameter, k) => {
    const cell = document.createElement("div");
    cell.id = `parameter-${k}`;
    box.appendChild(cell);
    draw(cell.id, {
      title: { text: parameter.name, left: 8, top: 2, textStyle: { fontSize: 13 } },
      grid: { left: 44, right: 12, top: 28, bottom: 22 },
      tooltip: { trigger: "axis", formatter: (p) => `τ ${p[0].value[0]}<br><b>${p[0].value[1].toPrecision(4)}</b>` },
      xAxis: { type: "value", min: 0, max: 1, splitLine: { show: false }, axisLabel: { fontSize: 10 } },
      yAxis: { type: "value", scale: true, splitNumber: 3, axisLabel: { fontSize: 10 } },
      series: [{ type: "line", symbolSize: 5, color: palette[0], data: data.taus.map((tau, i) => [tau, parameter.values[i]]) }, { type: "scatter", symbol: "diamond", symbolSize: 9, color: palette[1], data: [[1, parameter.frontier]] }],
    });
  });
}
parameters();

function sensitivity() {
  const table = data.sensitivity;
  if (!table) return;
  const box = document.getElementById("chart-sensitivity");
  box.style.height = `${90 + 21 * table.options.length}px`;
  draw("chart-sensitivity", {
    color: palette,
    grid: { left: 8, right: 28, top: 40, bottom: 40, containLabel: true },
    legend: { top: 4, left: "center" },
    tooltip: { formatter: (p) => `${table.options[p.value[1]]}<br>${p.seriesName}: <b>${format(p.value[0])}</b>` },
    xAxis: { type: "value", name: words.floor, nameLocation: "middle", nameGap: 26, position: "bottom" },
    yAxis: { type: "category", data: table.options, inverse: true, axisTick: { show: false }, axisLabel: { interval: 0, fontSize: narrow ? 9 : 11.5, width: narrow ? 150 : 420, overflow: "truncate" }, splitLine: { show: true, lineStyle: { color: "#eef1f4" } } },
    series: table.outputs.map((name, i) => ({ name, type: "scatter", symbol: ["circle", "diamond", "triangle", "rect"][i % 4], symbolSize: 10, data: table.floors[i].map((v, k) => [v, k]) })),
  });
}
sensitivity();

const after = data.consequences;
function floorPath() {
  const path = after.path, w = after.words, boards = ["listing", "block"];
  const range = (board, k) => ({
    name: w[board], type: "custom", itemStyle: { color: palette[k] }, z: 1, tooltip: { show: false },
    renderItem: (params, api) => {
      const x = api.coord([api.value(0), 0])[0] + (k === 2 ? -7 : 7);
      const style = { stroke: palette[k], lineWidth: 2, opacity: 0.5 };
      return { type: "line", shape: { x1: x, y1: api.coord([0, api.value(1)])[1], x2: x, y2: api.coord([0, api.value(2)])[1] }, style };
    },
    encode: { x: 0, y: [1, 2] },
    data: path.boards[board].flatMap((v, j) => (v ? [[j, v[1], v[2]]] : [])),
  });
  const series = [
    { name: w.tanshi_floor, type: "line", symbolSize: 8, lineStyle: { width: 3 }, itemStyle: { color: palette[0] }, data: path.floor,
      markLine: { silent: true, symbol: "none", lineStyle: { color: "#3d7a3a", type: "dotted" }, label: { position: "insideStartTop", formatter: "{b}", color: "#3d7a3a", fontSize: 11 },
        data: Object.entries(path.green).map(([grid, price]) => ({ yAxis: price, name: `${w.green} 2022, ${grid}: ${format(price)}` })) } },
    ...boards.map((board, i) => range(board, 2 - i)),
    ...boards.map((board, i) => ({ name: w[board], type: "scatter", symbol: "diamond", symbolSize: 11, symbolOffset: [i ? 7 : -7, 0], itemStyle: { color: palette[2 - i] },
      data: path.boards[board].map((v) => (v ? v[0] : null)) })),
  ];
  if (path.published.some((v) => v !== null)) series.push({ name: w.published_floor, type: "line", symbol: "rect", lineStyle: { type: "dashed", color: "#8d8d8d" }, itemStyle: { color: "#8d8d8d" }, data: path.published });
  draw("chart-path", {
    grid: { left: 64, right: 24, top: 44, bottom: 30 },
    legend: { top: 4, left: "center", data: [...new Set(series.map((s) => s.name))] },
    tooltip: { formatter: (p) => `${p.name || ""} ${p.seriesName}: <b>${format(p.value)}</b>` },
    xAxis: { type: "category", data: path.years },
    yAxis: { type: "value", name: w.price, nameLocation: "middle", nameGap: 44, min: 0 },
    series,
  });
}
floorPath();

function supplyCurve() {
  const supply = after.supply, w = after.words;
  let start = 0;
  const steps = supply.units.flatMap((unit, i) => {
    const from = start;
    start = supply.share[i];
    return supply.mac[i] === null ? [] : [[from, supply.share[i], supply.mac[i], i]];
  });
  // Costs span orders of magnitude, as in the heat map; a cost of 0 stands on the axis.
  const base = Math.min(...supply.mac.filter((v) => v !== null && v > 0)) / 2;
  draw("chart-supply", {
    grid: { left: 64, right: 24, top: 20, bottom: 46 },
    tooltip: { formatter: (p) => `${supply.units[p.value[3]]}: <b>${format(p.value[2])}</b><br>${(p.value[1] - p.value[0]).toFixed(1)} %` },
    xAxis: { type: "value", min: 0, max: 100, name: w.share, nameLocation: "middle", nameGap: 28, splitLine: { show: false } },
    yAxis: { type: "log", min: base, name: words.mac, nameLocation: "middle", nameGap: 46, axisLabel: { formatter: format } },
    series: [{
      type: "custom", encode: { x: [0, 1], y: 2 }, data: steps,
      renderItem: (params, api) => {
        const low = api.coord([api.value(0), base]), high = api.coord([api.value(1), Math.max(api.value(2), base)]);
        const acts = api.value(2) <= supply.floor;
        return { type: "rect", shape: { x: low[0], y: high[1], width: Math.max(high[0] - low[0] - 1, 1), height: Math.max(low[1] - high[1], 1) }, style: { fill: acts ? palette[1] : "#9cc3c1" } };
      },
      markLine: { silent: true, symbol: "none", lineStyle: { color: palette[1], width: 2 }, label: { position: "insideEndTop", formatter: `${w.tanshi_floor}: ${format(supply.floor)}` }, data: [{ yAxis: supply.floor }] },
    }],
  });
}
supplyCurve();

function priceRises() {
  const prices = after.prices, w = after.words;
  if (!prices) return;
  const box = document.getElementById("chart-prices"), only = document.getElementById("prices-uncovered");
  box.style.height = `${110 + 21 * prices.sectors.length}px`;
  const chart = draw("chart-prices", {});
  function paint() {
    const rows = prices.sectors.map((_, i) => i).filter((i) => !only.checked || !prices.covered[i]);
    chart.setOption({
      textStyle: text, animation: false, aria: { enabled: true }, color: palette,
      grid: { left: 8, right: 28, top: 40, bottom: 44, containLabel: true },
      legend: { top: 4, left: "center" },
      tooltip: { trigger: "axis", axisPointer: { type: "shadow" }, valueFormatter: (v) => `${v.toFixed(4)} %` },
      xAxis: { type: "value", name: w.rise, nameLocation: "middle", nameGap: 28 },
      yAxis: { type: "category", inverse: true, data: rows.map((i) => prices.sectors[i]), axisTick: { show: false }, axisLabel: { interval: 0, fontSize: narrow ? 9 : 11.5, width: narrow ? 130 : 380, overflow: "truncate" } },
      series: prices.shares.map((share, k) => ({ name: `${w.paid} ${share}`, type: "bar", barGap: "-100%", z: prices.shares.length - k, barWidth: 12, data: rows.map((i) => prices.rises[k][i]) })),
    }, true);
  }
  only.addEventListener("change", paint);
  paint();
}
priceRises();
