// What charts show, apart from how they are drawn: texts of times and values, tables, and the places of bars.

import { count, milliseconds } from "../core/format.js";

const DAY = 86_400;

/** Writes values of a unit: lengths given in "ms" get the unit that suits them. Null is a dash. */
export function valueText(unit) {
  if (unit === "ms") return milliseconds;
  return (value) => (value === null || value === undefined || !Number.isFinite(value) ? "—" : unit ? `${count(value)} ${unit}` : count(value));
}

/** The seconds between neighbouring times, which are Unix seconds; a day where there is only one. */
export const stepOf = (times) => (times.length > 1 ? Math.min(...times.slice(1).map((time, index) => time - times[index])) : DAY);

const formats = {
  day: { day: "numeric", month: "short" },
  clock: { hour: "2-digit", minute: "2-digit" },
  seconds: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
};
const made = new Map();

function written(seconds, kind, zone, locale) {
  const key = `${kind} ${zone} ${locale}`;
  if (!made.has(key)) made.set(key, new Intl.DateTimeFormat(locale, { ...formats[kind], timeZone: zone }));
  return made.get(key).format(seconds * 1000);
}

const clockFor = (step) => (step < 60 ? "seconds" : "clock");

/** A point in time among others that are `step` seconds apart: the day alone, or with the time of day. */
export function timeText(seconds, step, { zone, locale } = {}) {
  const day = written(seconds, "day", zone, locale);
  return step >= DAY ? day : `${day}, ${written(seconds, clockFor(step), zone, locale)}`;
}

/** The texts of an axis's ticks: times of day, and under the first one of each day its date. */
export function tickTexts(ticks, step, { zone, locale } = {}) {
  let last = null;
  return ticks.map((seconds) => {
    const day = written(seconds, "day", zone, locale);
    if (step >= DAY) return day;
    const time = written(seconds, clockFor(step), zone, locale);
    const isNew = day !== last;
    last = day;
    return isNew ? `${time}\n${day}` : time;
  });
}

/** The rows of the table that says the same as the chart: texts of a time and of each series' value then. */
export function rows({ times, series, unit, format = valueText(unit) }, options = {}) {
  const step = stepOf(times);
  return times.map((time, index) => [timeText(time, step, options), ...series.map(({ values }) => format(values[index] ?? null))]);
}

/** Whether there is any value at all. */
export const hasValues = (series) => series.some(({ values }) => values.some((value) => Number.isFinite(value)));

/** Where the bars of series `index` of `count` begin, and how wide they are, in seconds: beside each other around each time. */
export function barPlaces(times, index, count) {
  const group = stepOf(times) * 0.76;
  const width = group / count;
  return { starts: times.map((time) => time - group / 2 + index * width), width };
}

/** Distances between the ticks of an axis; whole ones where all values are whole. */
export function tickSteps(series) {
  const isWhole = series.every(({ values }) => values.every((value) => !Number.isFinite(value) || Number.isInteger(value)));
  const powers = Array.from({ length: 16 }, (_, index) => 10 ** (index - (isWhole ? 0 : 4)));
  return powers.flatMap((power) => [power, 2 * power, 5 * power]);
}
