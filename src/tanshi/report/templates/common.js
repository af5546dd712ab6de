"use strict";
const data = JSON.parse(document.getElementById("chart-data").textContent);
const words = data.words;
const ramp = ["#eef4e4", "#c3ddb4", "#83bd9f", "#3f918f", "#1f6179", "#16334f"];
const palette = ["#0f5c63", "#c26a1b", "#5a4e9c", "#9a3b52", "#3d7a3a", "#7a6a2f", "#2d6fb0", "#8d8d8d"];
const text = { fontFamily: getComputedStyle(document.body).fontFamily, color: "#1c2733" };
const narrow = window.innerWidth < 700;
const charts = [];

function format(value) {
  if (value === null || value === undefined) return words.no_value;
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString(document.documentElement.lang, { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
function draw(id, option) {
  const chart = echarts.init(document.getElementById(id), null, { renderer: "svg" });
  chart.setOption({ textStyle: text, animation: false, aria: { enabled: true }, ...option });
  charts.push(chart);
  return chart;
}
