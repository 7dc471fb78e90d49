// What is read out of an agent's texts and the server's warnings.

import { languageName } from "../../core/format.js";
import { pathOf } from "./draft.js";

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

/** A language's name with its code: `German (de)`. */
export function languageTitle(code) {
  const name = languageName(code, "en");
  return name === code ? code : `${name} (${code})`;
}
