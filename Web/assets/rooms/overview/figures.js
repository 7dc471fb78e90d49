// What the overview shows, worked out from GET /v1/parley/statistics.

import { count, counted, duration, milliseconds } from "../../core/format.js";

/** The periods that can be chosen, with the days that each goes back beyond today. */
export const periods = [
  { id: "today", title: "Today", days: 0, step: 3600 },
  { id: "week", title: "7 days", days: 6, step: 86_400 },
  { id: "month", title: "30 days", days: 29, step: 86_400 },
];

/**
 * The period's bounds and the length of its steps, all in seconds (Unix time). It begins at midnight of the reader's own clock.
 *
 * @returns {{from: number, to: number, step: number}}
 */
export function rangeOf(id, now = new Date()) {
  const { days, step } = periods.find((period) => period.id === id) ?? periods[1];
  const start = new Date(now.getFullYear(), now.getMonth(), now.getDate() - days);
  return { from: Math.floor(start / 1000), to: Math.ceil(now / 1000), step };
}

const compact = new Intl.NumberFormat(undefined, { notation: "compact", maximumFractionDigits: 1 });

/** A count that has room on a tile. */
const short = (value) => (value < 1_000_000 ? count(value) : compact.format(value));

/** Seconds as minutes, with a decimal while they are few. */
export function minutes(seconds) {
  const value = seconds / 60;
  return count(value < 10 ? Math.round(value * 10) / 10 : Math.round(value));
}

/** `12 %` of a whole; null without one. */
function share(part, whole) {
  if (!whole) return null;
  const percent = (100 * part) / whole;
  if (percent > 0 && percent < 0.05) return "under 0.1 %";
  return `${percent > 0 && percent < 10 ? percent.toFixed(1) : Math.round(percent)} %`;
}

/** The tiles of a period: each with a title, a value and a sentence about it. */
export function tilesOf(total) {
  const latency = total.latency_ms;
  return [
    { title: "Calls", value: short(total.calls), note: counted(total.turns, "turn") },
    { title: "Minutes", value: minutes(total.seconds), note: total.calls ? `${duration(total.seconds / total.calls)} a call` : "No call yet" },
    {
      title: "Answer latency",
      value: latency ? milliseconds(latency.p50) : "—",
      note: latency ? `95 of 100 answers within ${milliseconds(latency.p95)}` : "No answer yet",
    },
    { title: "Failed calls", value: short(total.failed), note: share(total.failed, total.calls) ? `${share(total.failed, total.calls)} of all calls` : "No call yet" },
    {
      title: "Interruptions",
      value: short(total.interruptions),
      // More than one to a turn: greetings are interrupted too.
      note: total.turns ? `${(total.interruptions / total.turns).toFixed(2)} a turn of the caller` : "No turn yet",
    },
  ];
}

/**
 * The charts of a period. Values are in the unit of the chart; null where a step has none.
 *
 * @returns {{id: string, label: string, help: string, unit: string, kind: "bar"|"line", times: number[], series: {name: string, values: (number|null)[]}[], format: (value: number|null) => string}[]}
 */
export function chartsOf(steps) {
  const times = steps.map((step) => step.start_time_unix_secs);
  const values = (read) => steps.map(read);
  const plain = (value) => (value === null ? "—" : count(value));
  return [
    {
      id: "calls", label: "Calls", help: "How many calls began, and how many of them failed.", unit: "calls", kind: "bar", times, format: plain,
      series: [{ name: "Calls", values: values((step) => step.calls) }, { name: "Failed", values: values((step) => step.failed) }],
    },
    {
      id: "latency", label: "Answer latency", unit: "ms", kind: "line", times, format: milliseconds,
      help: "From the end of the caller's speech to the first sound of the answer. Half of the answers came sooner than the median.",
      series: [
        { name: "Median", values: values((step) => step.latency_ms?.p50 ?? null) },
        { name: "95 of 100", values: values((step) => step.latency_ms?.p95 ?? null) },
      ],
    },
    {
      id: "minutes", label: "Minutes", help: "How long people talked with the agents.", unit: "min", kind: "bar", times,
      format: (value) => (value === null ? "—" : minutes(value * 60)),
      series: [{ name: "Minutes", values: values((step) => step.seconds / 60) }],
    },
    {
      id: "interruptions", label: "Interruptions", unit: "interruptions", kind: "bar", times, format: plain,
      help: "How often a caller spoke over an answer and the agent stopped. Many of them mean answers that are too long.",
      series: [{ name: "Interruptions", values: values((step) => step.interruptions) }],
    },
  ];
}

/** The words for calls in progress. */
export const liveWords = (calls) => (calls === 0 ? "Nobody is calling" : counted(calls, "call in progress", "calls in progress"));
