// Lines of a call's log, without the page around them.

import { count } from "../../core/format.js";

/** The clock of a log, in samples a second. */
const CLOCK = 16_000;

/** A line's time in seconds, with milliseconds. */
export const lineTime = (line) => (line.time / CLOCK).toFixed(3);

/** Lines of a kind whose text holds all words of a search. @param {string} kind "" for all but the windows of sound, "*" for all. */
export function filterLines(lines, kind, search) {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return lines.filter((line) => {
    if (kind === "" ? line.kind === "voice" : kind !== "*" && line.kind !== kind) return false;
    if (!words.length) return true;
    const text = `${lineTime(line)} ${line.kind} ${JSON.stringify(line.detail)}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** What a line says in short: its JSON without the outer braces, cut. */
export function lineText(line, most = 240) {
  if (line.kind === "voice") return `${count(line.detail.probabilities?.length ?? 0)} windows of sound`;
  const text = JSON.stringify(line.detail) ?? "";
  return text.length > most ? `${text.slice(0, most)}…` : text;
}
