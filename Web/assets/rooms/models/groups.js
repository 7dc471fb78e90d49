// What the room of models shows of what the server lists, in words.

import { bytes, duration, languageName } from "../../core/format.js";

/** The kinds of engines in the order in which a call passes them, with what they do. */
const kinds = {
  vad: ["Voice activity", "Tells speech from silence."],
  denoise: ["Noise suppression", "Takes noise out of what the caller says."],
  stt: ["Speech recognition", "Turns the caller's speech into text."],
  turn: ["End of turn", "Judges whether the caller has finished."],
  llm: ["Language models", "Write what the agent says."],
  decide: ["Choice of tools", "Chooses tools for the embedded language model."],
  embed: ["Meanings of texts", "Compares what texts mean, for handing over to the right agent."],
  tts: ["Voices", "Speak what the agent says."],
};

/** @returns {{title: string, text: string, models: object[]}[]} The kinds that have models, installed ones first. */
export function grouped(models) {
  const order = Object.keys(kinds);
  const present = [...new Set(models.map(({ kind }) => kind))].sort((one, other) => (order.indexOf(one) + 1 || 99) - (order.indexOf(other) + 1 || 99));
  return present.map((kind) => {
    const [title, text] = kinds[kind] ?? [kind, ""];
    const members = models.filter((model) => model.kind === kind);
    return { kind, title, text, models: members.sort((one, other) => Number(other.is_installed) - Number(one.is_installed)) };
  });
}

/** Languages by their names: `["en", "de"]` is "English, German". More than six are counted. */
export function languageText(codes, locale = "en") {
  if (!codes?.length) return "";
  if (codes.includes("mul")) return "Any language";
  const named = codes.map((code) => languageName(code, locale));
  return named.length > 6 ? `${named.slice(0, 5).join(", ")} and ${named.length - 5} more` : named.join(", ");
}

/** How fast a model is, where that is known: the real-time factor is seconds of work for a second of speech. */
export function speedText(factor) {
  if (!(factor > 0)) return null;
  const times = (value) => `${value.toFixed(value < 10 ? 1 : 0)} times`;
  return factor <= 1 ? `${times(1 / factor)} as fast as speech` : `${times(factor)} slower than speech`;
}

/** The facts of a model, one after the other. */
export const facts = ({ languages, size_bytes: size, memory_mb: memory, license, real_time_factor: factor }) =>
  [languageText(languages), size ? bytes(size) : null, memory ? `${bytes(memory * 1e6)} of memory` : null, speedText(factor), license].filter(Boolean);

/** How far a fetch is, from 0 to 1; null where nobody knows. */
export const share = ({ received_bytes: received, total_bytes: total }) => (total > 0 && Number.isFinite(received) ? Math.min(1, received / total) : null);

/** `12 MB of 465 MB, 3 %`. */
export function progressText(fetch) {
  const part = share(fetch);
  if (part === null) return fetch.received_bytes ? bytes(fetch.received_bytes) : "Waiting for the first bytes";
  return part === 1 ? "Checking and preparing" : `${bytes(fetch.received_bytes)} of ${bytes(fetch.total_bytes)}, ${Math.floor(part * 100)} %`;
}

/** Why a fetch failed, without the marks of the list in which the set-up writes it. */
export const failureText = ({ error }) => error?.replaceAll(/^ *- /gm, "").trim() || "The model could not be fetched. See the server's log.";

/** The figures at the top of the room. */
export function figures({ models, memory_bytes: memory, uptime_secs: uptime }) {
  const installed = models.filter((model) => model.is_installed);
  const space = installed.reduce((sum, model) => sum + (model.size_bytes ?? 0), 0);
  return [
    { title: "Installed", value: `${installed.length} of ${models.length}`, text: `${bytes(space)} on disk` },
    { title: "Memory", value: bytes(memory), text: "of the server's own process" },
    { title: "Running for", value: uptimeText(uptime), text: "since the server was started" },
  ];
}

function uptimeText(seconds) {
  if (!Number.isFinite(seconds)) return "—";
  const days = Math.floor(seconds / 86_400);
  return days ? `${days} d ${Math.floor(seconds / 3600) % 24} h` : duration(seconds);
}

export const isFetching = (models) => models.some(({ fetch }) => fetch?.state === "running");
