// Charts over time, drawn by uPlot where the set-up has brought it. Screen readers get a table, and so does everybody without it.

import { h } from "../core/dom.js";
import { count } from "../core/format.js";
import { barPlaces, hasValues, rows, stepOf, tickSteps, tickTexts, timeText, valueText } from "./chart-data.js";

/** How many colours there are for series (`--series-1` and so on). */
const COLOURS = 6;

/**
 * @param {{label: string, unit?: string, series: {name: string, values: (number|null)[]}[], times: number[], format?: (value: number|null) => string}} data
 *   `label` is what the chart shows, `times` Unix seconds in their order, `unit` that of the values ("ms" is written as fits), null a gap.
 * @returns {Node}
 */
export const lineChart = (data) => chart(data, "line");

/** Bars beside each other for each time; otherwise like `lineChart`. */
export const barChart = (data) => chart(data, "bar");

function chart({ unit = "", format: written = null, ...data }, kind) {
  const { label, series, times } = data;
  const format = written ?? valueText(unit);
  const place = h("div.plot", { tabindex: "0", role: "img", aria: { label: `${label}. The arrow keys go from value to value.` } });
  const time = h("span.figure", "\u00a0");
  const values = series.map(() => h("span.figure"));
  const key = h("div.key", { aria: { hidden: "true" } }, series.map(({ name }, index) => h("span.entry", mark(index), name, " ", values[index])), time);
  const table = tableOf({ ...data, unit, format });
  if (!hasValues(series)) return h("figure.chart", { aria: { label } }, h("div.plot.none", h("p.quiet", "There is nothing to show for this time.")));

  const show = (index) => {
    time.textContent = index === null ? "\u00a0" : timeText(times[index], stepOf(times));
    values.forEach((value, number) => (value.textContent = index === null ? "" : format(series[number].values[index] ?? null)));
  };
  const element = h("figure.chart", { aria: { label } }, key, place, table);
  library().then((uPlot) => {
    // The heading names the unit; at every tick it would only take room.
    const tick = written || unit === "ms" ? format : count;
    if (uPlot) draw(uPlot, place, { series, times, tick, show }, kind);
    else {
      place.remove();
      table.className = "table-frame";
      table.tabIndex = 0;
    }
  });
  return element;
}

function mark(index) {
  const element = h("span.mark");
  element.style.background = `var(${colourName(index)})`;
  return element;
}

const colourName = (index) => `--series-${(index % COLOURS) + 1}`;

function tableOf(data) {
  return h(
    "div.unseen",
    h(
      "table.table",
      h("caption.unseen", data.label),
      h("thead", h("tr", h("th", { scope: "col" }, "Time"), data.series.map(({ name }) => h("th.number", { scope: "col" }, name)))),
      h("tbody", rows(data).map(([time, ...values]) => h("tr", h("th", { scope: "row" }, time), values.map((value) => h("td.number", value))))),
    ),
  );
}

// MARK: The library

let loading = null;

/** @returns {Promise<Function|null>} uPlot, or null where it is not installed. */
function library() {
  loading ??= new Promise((resolve) => {
    const folder = new URL("../vendor/chart/", import.meta.url);
    const script = h("script", { src: `${folder}uplot.js`, onload: () => resolve(globalThis.uPlot ?? null), onerror: () => resolve(null) });
    document.head.append(h("link", { rel: "stylesheet", href: `${folder}uplot.css` }), script);
  });
  return loading;
}

// MARK: Drawing

/** What has to be drawn anew when the theme changes. A chart that has left the page is dropped, and comes back with its size. */
const shown = new Set();

const redrawAll = () => {
  for (const plot of shown) plot.redraw(false, true);
};
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redrawAll);
new MutationObserver(redrawAll).observe(document.documentElement, { attributeFilter: ["data-theme"] });

function draw(uPlot, place, { series, times, tick, show }, kind) {
  // A custom property's value may be an expression; what an element has of it is a colour.
  const probe = h("span", { hidden: true });
  const colour = (name, share = 1) => {
    probe.style.color = `var(${name})`;
    const text = getComputedStyle(probe).color;
    return share === 1 ? text : text.replace(/^rgb\((.*)\)$/, `rgb($1, ${share})`);
  };
  const font = `12px ${getComputedStyle(place).fontFamily}`;
  const axis = { stroke: () => colour("--quiet"), font, ticks: { show: false }, grid: { stroke: () => colour("--line"), width: 1 } };
  const step = stepOf(times);
  const margin = kind === "bar" || times.length === 1 ? step / 2 : 0;

  const options = {
    width: 0,
    height: 0,
    legend: { show: false },
    cursor: { y: false, ...(kind === "bar" ? { points: { show: false } } : {}), drag: { x: false, y: false } },
    select: { show: false },
    scales: {
      x: { range: () => [times[0] - margin, times.at(-1) + margin] },
      y: { range: (_, low, high) => [Math.min(0, low ?? 0), high > 0 ? high * 1.08 : 1] },
    },
    axes: [
      { ...axis, grid: { show: false }, space: 70, size: (_, texts) => (texts?.some((text) => text.includes("\n")) ? 40 : 24), values: (_, ticks, __, ___, distance) => tickTexts(ticks, distance) },
      { ...axis, space: 36, incrs: tickSteps(series), values: (_, ticks) => ticks.map(tick), size: (_, texts) => 16 + 7 * Math.max(3, ...(texts ?? []).map(({ length }) => length)) },
    ],
    series: [{}, ...series.map(({ name }, index) => ({ label: name, ...look(index) }))],
    hooks: { setCursor: [({ cursor }) => show(cursor.idx ?? null)] },
  };

  function look(index) {
    const name = colourName(index);
    if (kind === "line") return { stroke: () => colour(name), width: 2, points: { fill: () => colour("--surface") }, fill: series.length === 1 ? () => colour(name, 0.12) : undefined };
    const { starts, width } = barPlaces(times, index, series.length);
    const disp = { x0: { unit: 1, values: () => starts }, size: { unit: 1, values: () => [width] } };
    return { fill: () => colour(name), stroke: () => colour(name), width: 0, points: { show: false }, paths: uPlot.paths.bars({ disp, size: [0.76, 60] }) };
  }

  let plot = null;
  new ResizeObserver(() => {
    const { clientWidth: width, clientHeight: height } = place;
    if (!width) return shown.delete(plot);
    if (plot) plot.setSize({ width, height });
    else {
      place.append(probe);
      plot = new uPlot({ ...options, width, height }, [times, ...series.map(({ values }) => values)], place);
    }
    shown.add(plot);
    return undefined;
  }).observe(place);

  place.addEventListener("keydown", (event) => {
    const last = times.length - 1;
    const present = plot?.cursor.idx ?? null;
    const next = { ArrowLeft: present === null ? last : present - 1, ArrowRight: present === null ? 0 : present + 1, Home: 0, End: last }[event.key];
    if (!plot || (next === undefined && event.key !== "Escape")) return;
    event.preventDefault();
    const index = Math.max(0, Math.min(last, next ?? 0));
    plot.setCursor(event.key === "Escape" ? { left: -10, top: -10 } : { left: plot.valToPos(times[index], "x"), top: 0 });
  });
  place.addEventListener("blur", () => plot?.setCursor({ left: -10, top: -10 }));
}
