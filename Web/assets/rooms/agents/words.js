// What is read out of an agent's texts and the server's warnings.

import { pathOf } from "./paths.js";

const VARIABLE = /\{\{ *([\p{L}_][\p{L}\p{N}_.-]*) *\}\}/gu;

/** Who gives a variable its value: the "caller" (or a placeholder), or the "server" itself. */
const giver = (name) => (/^(system__|system_env__|secret__)/.test(name) ? "server" : "caller");

/** The variables that texts name as `{{name}}`, in their order. @returns {{name: string, by: "caller" | "server"}[]} */
export function variablesIn(texts) {
  const names = new Set();
  for (const text of texts) {
    if (typeof text === "string") for (const [, name] of text.matchAll(VARIABLE)) names.add(name);
  }
  return [...names].map((name) => ({ name, by: giver(name) }));
}

/**
 * A warning of the server as a place and a sentence.
 *
 * @returns {{path: string[] | null, text: string, isStored: boolean}} `isStored` says that the setting is stored and not
 * followed; otherwise something else stands in for it, or a part of it is missing.
 */
export function readWarning(warning) {
  const match = /^([a-z_]\w*(?:\.[^\s:.]+)+|language_presets): (.+)$/s.exec(warning);
  if (!match) return { path: null, text: warning, isStored: false };
  const isStored = match[2].startsWith("not followed on this server: ");
  const text = match[2].replace("not followed on this server: ", "");
  return { path: pathOf(match[1]), text: text.charAt(0).toUpperCase() + text.slice(1), isStored };
}

/** `a`, `a and b`, `a, b and c`; beyond `most` the number of the others. */
export function listed(words, most = 4) {
  const all = [...new Set(words)];
  const shown = all.length > most ? [...all.slice(0, most - 1), `${all.length - most + 1} more`] : all;
  return shown.length < 2 ? (shown[0] ?? "") : `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`;
}

/** A field's name where no form has one: `max_tokens` as `Max tokens`. */
export function spelledOut(path) {
  const words = path.at(-1).replaceAll("_", " ").replace(/\bmcp\b/, "MCP").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A value as a person compares it with another one. */
export function shown(value) {
  if (value === undefined || value === null || value === "") return "(nothing)";
  if (typeof value === "boolean") return value ? "on" : "off";
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

/** A language's name with its code: `German (de)`. */
export function languageName(code) {
  try {
    const name = new Intl.DisplayNames(["en"], { type: "language" }).of(code);
    return name && name !== code ? `${name} (${code})` : code;
  } catch {
    return code;
  }
}
