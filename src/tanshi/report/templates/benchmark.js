// A market under benchmarks. Follows common.js, whose names it uses.
const market = data.benchmark;
const marketWords = market.words;
const soft = "#8d8d8d";
const shadesOfStrategies = ["#0b3f45", "#5f9ea0", "#cfe0d8", "#d9822b"];

function signed(value) {
  if (Math.abs(value) < 0.005) return "0.00";
  return `${value > 0 ? "+" : "−"}${Math.abs(value).toFixed(2)}`;
}
function span(row, show) {
  const [value, low, high] = row;
  return `<b>${show(value)}</b>${low === null || high === null ? "" : ` [${show(low)}, ${show(high)}]`}`;
}

// From low to high, as two lines of which the upper is stacked on the lower and filled.
function band(stack, lows, highs, color) {
  const side = { type: "line", stack, symbol: "none", silent: true, lineStyle: { opacity: 0 }, tooltip: { show: false }, stackStrategy: "all" };
  const width = highs.map((v, t) => (v === null ? null : v - lows[t]));
  return [{ ...side, data: lows, areaStyle: { opacity: 0 } }, { ...side, data: width, areaStyle: { color, opacity: 0.18 } }];
}

// Buttons would be many: a list of the industries, the whole market first.
function chooser(id, paint) {
  const select = document.getElementById(id);
  if (select) {
    const last = market.industries.length - 1;
    [last, ...market.industries.keys()].slice(0, last + 1).forEach((k) => select.add(new Option(market.industries[k], k)));
    select.addEventListener("change", () => paint(Number(select.value)));
    paint(last);
  }
}
const yearAxis = { type: "category", data: market.price.years, boundaryGap: false, name: marketWords.year, nameLocation: "middle", nameGap: 28 };

function marketPrice() {
  const p = market.price, w = marketWords;
  const line = (name, values, more) => ({ name, type: "line", symbol: "none", data: values, ...more });
  const bound = (name, values) => line(name, values, { step: "middle", itemStyle: { color: "#1c2733" }, lineStyle: { type: "dashed", width: 1.2 },
    label: { show: true, position: "bottom", align: "right", formatter: (at) => (at.dataIndex === values.length - 1 ? `${name} ${format(at.value)}` : "") }, symbol: "circle", symbolSize: 0.1 });
  const last = p.ceiling[p.ceiling.length - 1];
  draw("chart-market-price", {
    grid: { left: 64, right: 24, top: narrow ? 92 : 60, bottom: 50 },
    legend: { top: 4, left: "center", data: [w.price, { name: w.range, icon: "roundRect" }, w.expected, w.baseline] },
    tooltip: { trigger: "axis", formatter: (rows) => {
      const t = rows[0].dataIndex;
      return `${w.year} ${p.years[t]}<br>${w.price}: <b>${format(p.price[t])}</b> (${format(p.lowest[t])} – ${format(p.highest[t])})<br>${w.expected}: ${format(p.expected[t])}<br>${w.baseline}: ${format(p.baseline[t])}<br>${w.floor} ${format(p.floor[t])}, ${w.ceiling} ${format(p.ceiling[t])}`;
    } },
    xAxis: yearAxis,
    yAxis: { type: "value", min: p.least, max: p.most, name: w.cny, nameLocation: "middle", nameGap: 44, axisLabel: { showMinLabel: false, showMaxLabel: false, formatter: (v) => v.toFixed(0) } },
    graphic: last > p.most ? [{ type: "text", right: 30, top: narrow ? 94 : 62, style: { text: `${w.ceiling} ${format(last)}, ${w.above}`, fill: text.color, font: `12px ${text.fontFamily}` } }] : [],
    series: [
      ...band("price", p.lowest, p.highest, palette[0]),
      // Only for the legend: a band has no name of its own.
      line(w.range, [], { itemStyle: { color: "#cfdede" } }),
      line(w.baseline, p.baseline, { itemStyle: { color: soft }, lineStyle: { width: 1.5 } }),
      line(w.expected, p.expected, { itemStyle: { color: palette[1] }, lineStyle: { type: "dashed", width: 2 } }),
      line(w.price, p.price, { symbol: "circle", symbolSize: 6, itemStyle: { color: palette[0] }, lineStyle: { width: 3 } }),
      bound(w.floor, p.floor),
      ...(last > p.most ? [] : [bound(w.ceiling, p.ceiling)]),
    ],
  });
}
marketPrice();

function marketBalance() {
  const w = marketWords, chart = draw("chart-market-balance", {});
  const colours = { need: palette[0], verified: palette[1] };
  chooser("market-balance-industry", (k) => {
    const series = Object.entries(colours).flatMap(([against, color]) => {
      const [mean, low, high] = market.balance[against][k];
      return [...band(against, low, high, color), { name: w[against], type: "line", symbolSize: 5, itemStyle: { color }, lineStyle: { width: 2.5 }, data: mean }];
    });
    const level = (value, name, type) => ({ yAxis: value, name, lineStyle: { type, color: "#1c2733", width: 1 } });
    series[0].markLine = { silent: true, symbol: "none", label: { position: "insideEndBottom", formatter: "{b}" },
      data: [level(100, "100 %", "solid"), level(market.aimed, `${w.aimed}: ${market.aimed.toFixed(1)} %`, "dotted")] };
    const seen = Object.keys(colours).flatMap((one) => market.balance[one][k].flat()).filter((v) => v !== null).concat(100, market.aimed);
    chart.setOption({
      textStyle: text, animation: false, aria: { enabled: true },
      grid: { left: 64, right: 24, top: 44, bottom: 50 },
      legend: { top: 4, left: "center", data: [w.need, w.verified] },
      tooltip: { trigger: "axis", formatter: (rows) => `${w.year} ${rows[0].axisValue}<br>` + Object.keys(colours).map((one) => {
        const [mean, low, high] = market.balance[one][k].map((row) => row[rows[0].dataIndex]);
        return mean === null ? "" : `${w[one]}: <b>${mean.toFixed(2)} %</b> (${low.toFixed(2)} – ${high.toFixed(2)})`;
      }).join("<br>") },
      xAxis: yearAxis,
      yAxis: { type: "value", min: Math.floor(2 * Math.min(...seen) - 0.4) / 2, max: Math.ceil(2 * Math.max(...seen) + 0.4) / 2, name: w.allocation, nameLocation: "middle", nameGap: 46 },
      series,
    }, true);
  });
}
marketBalance();

function marketStrategies() {
  const w = marketWords, chart = draw("chart-market-strategies", {});
  chooser("market-strategies-industry", (k) => chart.setOption({
    textStyle: text, animation: false, aria: { enabled: true }, color: shadesOfStrategies,
    grid: { left: 64, right: 24, top: narrow ? 66 : 44, bottom: 50 },
    legend: { top: 4, left: "center" },
    tooltip: { trigger: "axis", valueFormatter: (v) => (v === null ? "–" : `${v.toFixed(1)} %`) },
    xAxis: { ...yearAxis, boundaryGap: true },
    yAxis: { type: "value", min: 0, max: 100, name: w.firms, nameLocation: "middle", nameGap: 40 },
    series: market.strategies[k].map((values, i) => ({ name: w.strategies[i], type: "bar", stack: "firms", barCategoryGap: "12%", data: values })),
  }, true));
}
marketStrategies();

function marketTiers() {
  const box = document.getElementById("chart-market-tiers"), w = marketWords;
  const colours = [palette[0], palette[6], palette[1]];
  market.tiers.forEach((one, k) => {
    const cell = document.createElement("div");
    cell.id = `market-tiers-${k}`;
    box.appendChild(cell);
    const all = one.levels.flat(2).filter((v) => v !== null).concat(one.initial);
    const low = Math.min(...all), high = Math.max(...all), room = 0.06 * (high - low || high);
    draw(cell.id, {
      title: { text: `${one.name}, ${one.unit}`, left: 8, top: 2, textStyle: { fontSize: 13 } },
      grid: { left: 52, right: 14, top: 34, bottom: 46 },
      legend: { bottom: 0, left: "center", itemWidth: 18, textStyle: { fontSize: 11 }, data: w.tiers },
      tooltip: { trigger: "axis", formatter: (rows) => `${w.year} ${rows[0].axisValue}<br>` + one.levels.map((level, i) => {
        const value = level[0][rows[0].dataIndex];
        return value === null ? "" : `${w.tiers[i]}: <b>${value.toPrecision(4)}</b>`;
      }).join("<br>") },
      xAxis: { type: "category", data: market.price.years, boundaryGap: false, axisLabel: { fontSize: 10 } },
      yAxis: { type: "value", min: low - room, max: high + room, splitNumber: 4, axisLabel: { fontSize: 10, showMinLabel: false, showMaxLabel: false, formatter: (v) => v.toPrecision(3) } },
      series: one.levels.flatMap(([mean, least, most], i) => [
        ...band(`tier-${i}`, least, most, colours[i]),
        { name: w.tiers[i], type: "line", symbol: "none", itemStyle: { color: colours[i] }, lineStyle: { width: 2.5 }, data: mean,
          ...(i ? {} : { markLine: { silent: true, symbol: "none", lineStyle: { type: "dotted", color: "#1c2733" }, label: { position: "insideEndTop", fontSize: 10, formatter: w.initial }, data: [{ yAxis: one.initial }] } }) },
      ]),
    });
  });
}
marketTiers();

// A mark a state and its interval, side by side in the row.
const looks = {
  baseline: { symbol: "circle", fill: "#ffffff", edge: "#5b6b7b", shift: -0.24 },
  market: { symbol: "circle", fill: palette[0], edge: palette[0], shift: 0 },
  published: { symbol: "diamond", fill: palette[1], edge: palette[1], shift: 0.24 },
};
function states(found, show) {
  return Object.entries(looks).flatMap(([state, look]) => {
    const rows = (found[state] || []).map((row, k) => ({ row, k })).filter(({ row }) => row && row[0] !== null);
    if (!rows.length) return [];
    return [{
      name: marketWords[state], type: "custom", itemStyle: { color: look.fill === "#ffffff" ? look.edge : look.fill },
      encode: { x: [0, 2, 3], y: 1 }, data: rows.map(({ row, k }) => [row[0], k, row[1] ?? row[0], row[2] ?? row[0]]),
      tooltip: { formatter: (p) => `${p.seriesName}<br>${span(found[state][p.value[1]], show)}` },
      renderItem: (params, api) => {
        const place = (x) => api.coord([x, api.value(1)]);
        const y = place(api.value(0))[1] + look.shift * api.size([0, 1])[1], [x, low, high] = [0, 2, 3].map((d) => place(api.value(d))[0]);
        const mark = look.symbol === "circle"
          ? { type: "circle", shape: { cx: x, cy: y, r: 5 } }
          : { type: "polygon", shape: { points: [[x, y - 6], [x + 6, y], [x, y + 6], [x - 6, y]] } };
        return { type: "group", children: [
          { type: "line", shape: { x1: low, y1: y, x2: high, y2: y }, style: { stroke: look.edge, lineWidth: 2 } },
          { ...mark, style: { fill: look.fill, stroke: look.edge, lineWidth: 1.6 } },
        ] };
      },
    }];
  });
}

function marketBeforeAfter() {
  const box = document.getElementById("chart-market-before");
  // A balance is at most 100 %, and a share of firms at least 0.
  const balance = { max: (v) => (v.max > 99 ? 100 : null) };
  const bounds = [{}, balance, balance, { min: 0 }];
  market.before_after.forEach((found, k) => {
    const cell = document.createElement("div");
    cell.id = `market-before-${k}`;
    cell.style.height = `${96 + 40 * market.industries.length}px`;
    box.appendChild(cell);
    const change = k === 0;
    draw(cell.id, {
      title: { text: marketWords.figures[k], left: 8, top: 2, textStyle: { fontSize: 13 } },
      grid: { left: 8, right: 20, top: 32, bottom: 52, containLabel: true },
      legend: { bottom: 0, left: "center", textStyle: { fontSize: 11 } },
      tooltip: {},
      xAxis: { type: "value", scale: true, splitNumber: narrow ? 3 : 5, boundaryGap: ["6%", "6%"], axisLabel: { fontSize: 11 }, ...bounds[k] },
      yAxis: { type: "category", inverse: true, data: market.industries, axisTick: { show: false }, splitLine: { show: true, lineStyle: { color: "#eef1f4" } } },
      series: states(found, (v) => (change ? `${signed(v)} %` : `${v.toFixed(2)} %`)),
    });
  });
}
marketBeforeAfter();

function marketFairness() {
  const found = market.fairness;
  document.getElementById("chart-market-fairness").style.height = `${110 + 26 * found.names.length}px`;
  draw("chart-market-fairness", {
    grid: { left: 8, right: 24, top: 40, bottom: 46, containLabel: true },
    legend: { top: 4, left: "center" },
    tooltip: {},
    xAxis: { type: "value", scale: true, name: marketWords.burden, nameLocation: "middle", nameGap: 28 },
    yAxis: { type: "category", inverse: true, data: found.names, axisTick: { show: false }, axisLabel: { interval: 0, fontSize: narrow ? 10 : 11.5 }, splitLine: { show: true, lineStyle: { color: "#eef1f4" } } },
    series: states(found, (v) => `${v.toFixed(4)} %`),
  });
}
marketFairness();

// Linear up to one percent and logarithmic beyond, both ways: effects span orders of magnitude.
const squeeze = (v) => (Math.abs(v) <= 1 ? v : Math.sign(v) * (1 + Math.log10(Math.abs(v))));
const stretch = (x) => (Math.abs(x) <= 1 ? x : Math.sign(x) * 10 ** (Math.abs(x) - 1));

function marketAblation() {
  const found = market.ablation;
  if (!found) return;
  const rows = [];
  found.forEach((one, k) => {
    if (!k || one.clause !== found[k - 1].clause) rows.push({ head: one.clause });
    rows.push(one);
  });
  document.getElementById("chart-market-ablation").style.height = `${100 + 21 * rows.length}px`;
  const w = marketWords;
  const points = (moves) => rows.map((one, k) => ({ one, k })).filter(({ one }) => one.drawn && one.moves === moves);
  const series = (name, moves, fill) => ({
    name, type: "custom", encode: { x: [0, 2, 3], y: 1 }, itemStyle: { color: moves ? palette[0] : soft },
    data: points(moves).map(({ one, k }) => [squeeze(one.cost[0]), k, squeeze(one.cost[1] ?? one.cost[0]), squeeze(one.cost[2] ?? one.cost[0])]),
    renderItem: (params, api) => {
      const [x, low, high] = [0, 2, 3].map((d) => api.coord([api.value(d), api.value(1)])), edge = moves ? palette[0] : soft;
      return { type: "group", children: [
        { type: "line", shape: { x1: low[0], y1: x[1], x2: high[0], y2: x[1] }, style: { stroke: edge, lineWidth: 2 } },
        { type: "circle", shape: { cx: x[0], cy: x[1], r: 5 }, style: { fill, stroke: edge, lineWidth: 1.6 } },
      ] };
    },
  });
  const ends = found.filter((one) => one.drawn).flatMap((one) => one.cost).filter((v) => v !== null).map(squeeze);
  const low = Math.min(-0.2, ...ends) - 0.15, high = Math.max(0.2, ...ends) + 0.15;
  const ticks = [];
  for (let tick = Math.ceil(low); tick <= high; tick += 1) ticks.push(tick);
  draw("chart-market-ablation", {
    grid: { left: 8, right: 24, top: 40, bottom: 46, containLabel: true },
    legend: { top: 4, left: "center", data: [w.moves, w.unsure] },
    tooltip: { formatter: (p) => (rows[p.value[1]].cost ? `${rows[p.value[1]].name}<br>${span(rows[p.value[1]].cost, (v) => `${signed(v)} %`)}<br>${rows[p.value[1]].verdict}` : "") },
    xAxis: { type: "value", min: low, max: high, name: w.cost, nameLocation: "middle", nameGap: 28,
      axisTick: { customValues: ticks }, axisLabel: { customValues: ticks, formatter: (x) => { const v = stretch(x); return v < 0 ? `−${Math.abs(v)}` : v; } } },
    yAxis: { type: "category", inverse: true, data: rows.map((one) => one.head || one.name), axisTick: { show: false },
      axisLabel: { interval: 0, fontSize: narrow ? 10 : 11.5, width: narrow ? 130 : 300, overflow: "truncate",
        formatter: (name, k) => (rows[k].head ? `{head|${name}}` : name), rich: { head: { fontWeight: "bold", fontSize: narrow ? 10 : 11.5, color: text.color } } } },
    series: [
      { ...series(w.moves, true, palette[0]), markLine: { silent: true, symbol: "none", label: { show: false }, lineStyle: { color: "#1c2733", type: "solid" }, data: [{ xAxis: 0 }] } },
      series(w.unsure, false, "#ffffff"),
      // What is not a number is said where its mark would be.
      { type: "scatter", symbolSize: 0.1, tooltip: { show: false }, data: rows.map((one, k) => ({ one, k })).filter(({ one }) => one.cost && !one.drawn)
        .map(({ one, k }) => ({ value: [0, k], label: { show: true, position: "right", color: "#6b7680", fontSize: 11, formatter: one.verdict } })) },
    ],
  });
}
marketAblation();

function marketFront() {
  const found = market.front;
  if (!found) return;
  const box = document.getElementById("chart-market-front");
  const fills = [palette[1], palette[0], "#ffffff"], edges = [palette[1], palette[0], "#5b6b7b"];
  found.panels.forEach((panel, k) => {
    const cell = document.createElement("div");
    cell.id = `market-front-${k}`;
    cell.style.height = "330px";
    box.appendChild(cell);
    const told = (p) => {
      const one = panel.points[p.value[2]];
      return `${one.name || `${found.point} ${one.number}`}${one.recommended ? `, ${found.kinds[3]}` : ""}<br>` + one.ends.map((row, i) => `${panel.labels[i]}: ${span(row, (v) => (Math.abs(v) < 1 ? v.toPrecision(2) : signed(v)).toString().replace("-", "−"))}`).join("<br>");
    };
    draw(cell.id, {
      grid: { left: 66, right: 20, top: 20, bottom: narrow ? 100 : 76 },
      legend: { bottom: 0, left: "center", textStyle: { fontSize: 11 }, selectedMode: false },
      tooltip: { formatter: told },
      xAxis: { type: "value", scale: true, boundaryGap: ["8%", "8%"], name: panel.labels[0], nameLocation: "middle", nameGap: 26, axisLine: { onZero: false } },
      yAxis: { type: "value", scale: true, boundaryGap: ["8%", "8%"], name: panel.labels[1], nameLocation: "middle", nameGap: 46, axisLine: { onZero: false } },
      series: found.kinds.slice(0, 3).map((name, kind) => ({
        name, type: "custom", itemStyle: { color: fills[kind] === "#ffffff" ? "#aab4be" : fills[kind] }, encode: { x: [0, 3, 4], y: [1, 5, 6] },
        data: panel.points.flatMap((one, i) => (one.kind === kind ? [[one.ends[0][0], one.ends[1][0], i, ...one.ends.flatMap((row) => [row[1] ?? row[0], row[2] ?? row[0]])]] : [])),
        renderItem: (params, api) => {
          const [x, y] = api.coord([api.value(0), api.value(1)]), one = panel.points[api.value(2)];
          const line = (a, b) => ({ type: "line", shape: { x1: a[0], y1: a[1], x2: b[0], y2: b[1] }, style: { stroke: "#b9c2ca", lineWidth: 1.2 } });
          const mark = kind ? { type: "circle", shape: { cx: x, cy: y, r: 4.5 } } : { type: "polygon", shape: { points: [[x, y - 6], [x + 6, y], [x, y + 6], [x - 6, y]] } };
          return { type: "group", children: [
            line(api.coord([api.value(3), api.value(1)]), api.coord([api.value(4), api.value(1)])),
            line(api.coord([api.value(0), api.value(5)]), api.coord([api.value(0), api.value(6)])),
            { ...mark, style: { fill: fills[kind], stroke: edges[kind], lineWidth: 1.4 } },
            ...(one.recommended ? [{ type: "circle", shape: { cx: x, cy: y, r: 9 }, style: { fill: "none", stroke: "#1c2733", lineWidth: 1.6 } }] : []),
            ...(one.name ? [{ type: "text", style: { text: one.name, x: x + 8, y: y - 14, fill: text.color, font: `11px ${text.fontFamily}` } }] : []),
          ] };
        },
      })),
    });
  });
}
marketFront();
