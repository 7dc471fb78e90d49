// Turn-taking policies and what the server reports of another one, without the page around them.

import { milliseconds } from "../../core/format.js";

/** The numbers that are asked for by name; those with a unit are lengths. */
export const numbers = [
  ["patience", null, "Patience", "A factor on every wait: 0.7 is eager, 1.6 patient.", { min: 0.1, step: 0.1 }],
  ["evenWait", "ms", "Wait at even odds", "How long a pause lasts where an end is as likely as not, in milliseconds.", { min: 0, step: 50 }],
  ["oddsWait", "ms", "Change for each step of the odds", "How much a wait shortens as an end becomes likelier, in milliseconds.", { min: 0, step: 10 }],
  ["shortestWait", "ms", "Shortest wait", "In milliseconds.", { min: 0, step: 32 }],
  ["longestWait", "ms", "Longest wait", "In milliseconds.", { min: 0, step: 100 }],
  ["soundWeight", null, "Weight of the sound", "How much the sound of the voice counts beside the words, from 0 to 1.", { min: 0, max: 1, step: 0.05 }],
  ["holdAfter", "ms", "The agent falls silent after", "Speech over the agent, in milliseconds.", { min: 0, step: 32 }],
  ["floorWithoutWords", "ms", "The agent stops without words after", "Speech over the agent of which no word is known, in milliseconds.", { min: 0, step: 100 }],
];

/** A number of a policy, in the field's unit: `"640 ms"` is 640. */
export function numberOf(value) {
  const [, number, unit] = /^(-?[\d.]+) ?(ms|s)$/.exec(value) ?? [];
  return unit ? Number(number) * (unit === "s" ? 1000 : 1) : typeof value === "number" ? value : null;
}

/**
 * The changes to a recorded policy: what the fields have that differs, and the JSON beside them, which counts more.
 *
 * @param {Record<string, number | null>} fields By name; null for the recorded value.
 * @throws {Error} When the text is no JSON object.
 */
export function changesOf(fields, recorded, json) {
  const changes = {};
  for (const [name, unit] of numbers) {
    const value = fields[name];
    if (value !== null && value !== undefined && value !== numberOf(recorded?.[name])) changes[name] = unit ? `${value} ms` : value;
  }
  if (!json.trim()) return changes;
  let more;
  try {
    more = JSON.parse(json);
  } catch (error) {
    throw new Error(`This is no JSON: ${error.message}`);
  }
  if (typeof more !== "object" || more === null || Array.isArray(more)) throw new Error("Write an object, such as {\"patience\": 0.8}.");
  return { ...changes, ...more };
}

/**
 * A report of the server as rows in the order of time.
 *
 * @returns {{at: number, kind: string, words: string, before: number | null, after: number | null}[]} `at` in seconds, waits in
 *   milliseconds; `kind` is `same`, `earlier`, `later`, `cut`, `joined`, `stops` or `goes_on`.
 */
export function rowsOf(report) {
  const answered = report.answered.map(({ before, after }) => {
    const change = after.wait_ms - before.wait_ms;
    return { at: before.end_secs, kind: change === 0 ? "same" : change < 0 ? "earlier" : "later", words: before.words, before: before.wait_ms, after: after.wait_ms };
  });
  const alone = (kind, before) => (turn) => ({ at: turn.end_secs, kind, words: turn.words, before: before ? turn.wait_ms : null, after: before ? null : turn.wait_ms });
  const moment = (kind) => (at) => ({ at, kind, words: "", before: null, after: null });
  return [
    ...answered,
    ...report.cut_off.map(alone("cut", false)),
    ...report.waited_for.map(alone("joined", true)),
    ...report.new_interruptions.map(moment("stops")),
    ...report.lost_interruptions.map(moment("goes_on")),
  ].sort((a, b) => a.at - b.at);
}

/** What becomes of an answer, in words. */
export function verdict({ kind, before, after }) {
  const change = milliseconds(Math.abs((after ?? 0) - (before ?? 0)));
  return {
    same: "As before",
    earlier: `${change} earlier`,
    later: `${change} later`,
    cut: `Cuts the caller off after ${milliseconds(after)}: they went on`,
    joined: "Not answered here: joined with what follows",
    stops: "The agent would stop here",
    goes_on: "The agent would no longer stop here",
  }[kind];
}
