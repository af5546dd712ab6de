// How sure the floor is, and who pays. Follows report.js, whose names it uses.
const sureness = data.sureness;
const sureWords = sureness.words;

function floorDraws() {
  const found = sureness.draws;
  if (!found) return;
  const line = (name, x) => ({ xAxis: x, name, label: { formatter: `${name}: ${format(x)}`, position: "end", color: palette[1] } });
  const colours = ["#e6eeee", "#c3dad9"];
  // An end without a finite value is where the axis ends.
  const bands = found.bands.map((band, k) => band.ends.map((end) => ({ xAxis: end === null ? found.end : end, itemStyle: { color: colours[k] } })));
  draw("chart-draws", {
    grid: { left: 64, right: 24, top: narrow ? 70 : 48, bottom: 46 },
    legend: { top: 0, right: 24, data: found.bands.map((band) => band.name), selectedMode: false },
    tooltip: { trigger: "axis", formatter: (p) => `${sureWords.floor}: <b>${format(p[0].value[0])}</b><br>${sureWords.share}: <b>${p[0].value[1].toFixed(0)}</b>` },
    xAxis: { type: "value", min: 0, max: found.end, name: sureWords.floor, nameLocation: "middle", nameGap: 28, splitLine: { show: false }, axisLabel: { showMaxLabel: false } },
    yAxis: { type: "value", min: 0, max: 100, name: sureWords.share, nameLocation: "middle", nameGap: 40 },
    series: [
      { type: "line", step: "end", symbol: "none", lineStyle: { width: 2.5, color: palette[0] }, data: [[0, 0], ...found.steps],
        markLine: { silent: true, symbol: "none", lineStyle: { color: palette[1], width: 2 }, data: [line(sureWords.estimate, found.estimate)] },
        markArea: { silent: true, data: bands } },
      // Only for the legend: a shaded band has no name of its own.
      ...found.bands.map((band, k) => ({ name: band.name, type: "bar", itemStyle: { color: colours[k] }, data: [] })),
    ],
  });
}
floorDraws();

function leftOut() {
  const found = sureness.left_out;
  if (!found) return;
  document.getElementById("chart-left-out").style.height = `${100 + 19 * found.units.length}px`;
  const dots = (same, name, style) => ({
    name, type: "scatter", symbolSize: 10, itemStyle: style,
    data: found.floors.map((v, i) => [v, i]).filter(([, i]) => found.same[i] === same),
  });
  draw("chart-left-out", {
    grid: { left: 8, right: 28, top: 56, bottom: 44, containLabel: true },
    legend: { top: 4, left: "center" },
    tooltip: { formatter: (p) => `${sureWords.without} ${found.units[p.value[1]]}: <b>${format(p.value[0])}</b><br>${sureWords.set_by}: ${found.set_by[p.value[1]]}` },
    xAxis: { type: "value", min: 0, name: words.floor, nameLocation: "middle", nameGap: 26 },
    yAxis: { type: "category", inverse: true, data: found.units, axisTick: { show: false }, axisLabel: { interval: 0, fontSize: narrow ? 9 : 11.5 }, splitLine: { show: true, lineStyle: { color: "#eef1f4" } } },
    series: [
      { ...dots(true, sureWords.same, { color: palette[0] }),
        markLine: { silent: true, symbol: "none", lineStyle: { color: palette[1], width: 2 }, label: { position: "start", color: palette[1], formatter: `${sureWords.all_units}: ${format(found.floor)}` }, data: [{ xAxis: found.floor }] } },
      dots(false, sureWords.other, { color: "#fff", borderColor: palette[0], borderWidth: 2 }),
    ],
  });
}
leftOut();

function householdBurdens() {
  const found = sureness.households;
  if (!found) return;
  const shades = ["#16334f", "#1c4a64", "#1f6179", "#2f7a85", "#3f918f", "#61a797", "#83bd9f", "#a3cdaa", "#c3ddb4"];
  const totals = found.groups.map((_, g) => found.added.reduce((sum, values) => sum + values[g], 0));
  const box = document.getElementById("chart-households");
  box.style.height = `${(narrow ? 230 : 150) + 62 * found.groups.length}px`;
  draw("chart-households", {
    color: shades,
    grid: { left: 8, right: 90, top: narrow ? 130 : 66, bottom: 44, containLabel: true },
    legend: { top: 2, left: "center" },
    tooltip: { formatter: (p) => `${found.groups[p.dataIndex]}, ${p.seriesName}: <b>${p.value.toFixed(4)} %</b><br>${found.spent[p.seriesIndex][p.dataIndex].toFixed(1)} % ${sureWords.of_spending}` },
    xAxis: { type: "value", name: sureWords.dearer, nameLocation: "middle", nameGap: 28 },
    yAxis: { type: "category", inverse: true, data: found.groups, axisTick: { show: false }, axisLabel: { fontSize: 13 } },
    series: found.products.map((product, k) => ({
      name: product, type: "bar", stack: "burden", barWidth: 34, itemStyle: { borderColor: "#fff", borderWidth: 0.5 },
      data: found.added[k],
      ...(k === found.products.length - 1 ? { label: { show: true, position: "right", color: text.color, fontWeight: "bold", formatter: (p) => `${totals[p.dataIndex].toFixed(4)} %` } } : {}),
    })),
  });
}
householdBurdens();
