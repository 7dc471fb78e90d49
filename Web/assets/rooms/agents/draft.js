// An agent that is being edited: what the server has, and what the person has changed of it and not saved yet.

import { apply, difference, lay, merge } from "../../core/changes.js";
import { at, equal, placed } from "../../core/paths.js";

const MEMBERS = ["name", "tags", "conversation_config", "platform_settings", "workflow"];

/**
 * The path that a field's short name stands for, as the server's warnings and its documentation write them:
 * `turn.turn_timeout` is `["conversation_config", "turn", "turn_timeout"]`.
 */
export function pathOf(name) {
  if (Array.isArray(name)) return name;
  const steps = name.split(".");
  if (steps[0] === "prompt") steps.unshift("agent");
  return MEMBERS.includes(steps[0]) ? steps : ["conversation_config", ...steps];
}

/** What of `GET /v1/convai/agents/{id}` can be edited. */
export function documentOf(agent) {
  return Object.fromEntries(MEMBERS.filter((name) => agent[name] !== undefined).map((name) => [name, agent[name]]));
}

export class Draft {
  #listeners = new Set();

  /** @param document What the server has, of `documentOf`. @param version Of what the base is; null while that is not what the server has. */
  constructor(document, version = null) {
    this.version = version;
    this.base = document;
    this.current = document;
  }

  /** @returns {import("../../core/changes.js").Change[]} */
  get changes() {
    return difference(this.base, this.current);
  }

  get(path) {
    return at(this.current, path);
  }

  /** Sets the value at a path; undefined removes it. */
  set(path, value) {
    if (equal(this.get(path), value)) return;
    this.#become(this.base, placed(this.current, path, value));
  }

  /** Makes changes, as they were made in a text. */
  apply(changes) {
    if (changes.length) this.#become(this.base, apply(changes, this.current));
  }

  discard() {
    this.#become(this.base, this.base);
  }

  /** Takes in what the server has by now. What others changed is taken over; conflicts are still to be settled. */
  merge(theirs) {
    return this.take(merge(this, theirs));
  }

  /** Lays changes over what the server has; gives those that somebody else has changed too. */
  lay(changes, theirs) {
    return this.take(lay(changes, theirs)).conflicts;
  }

  /** Takes the answer to a save of `sent`; what was changed while the request was under way stays. */
  saved(answer, sent) {
    this.#become(answer, apply(difference(sent, this.current), answer));
  }

  onChange(listener) {
    this.#listeners.add(listener);
  }

  take(merged) {
    this.#become(merged.base, merged.current);
    return merged;
  }

  #become(base, current) {
    this.base = base;
    this.current = current;
    for (const listener of this.#listeners) listener();
  }
}

/** Chooses a tool or an MCP server that was made for the agent, as the address tells; saving is the person's to do. @returns {boolean} */
export function choose(draft, query) {
  let isChosen = false;
  for (const [name, path] of [["tool", pathOf("prompt.tool_ids")], ["mcp", pathOf("prompt.mcp_server_ids")]]) {
    const [id, ids] = [query.get(name), draft.get(path) ?? []];
    if (!id || ids.includes(id)) continue;
    draft.set(path, [...ids, id]);
    isChosen = true;
  }
  return isChosen;
}

// MARK: Keeping unsaved changes

const PREFIX = "parley.agent.";

/**
 * Keeps a draft's changes, and a JSON text that cannot be read yet; without either nothing is kept.
 *
 * @returns {boolean} Whether they could be kept: a store has a limit.
 */
export function keep(store, id, draft, text = null) {
  try {
    const { changes } = draft;
    if (changes.length || text !== null) store.setItem(PREFIX + id, JSON.stringify({ changes, text }));
    else store.removeItem(PREFIX + id);
    return true;
  } catch {
    return false;
  }
}

/** @returns {{changes: import("../../core/changes.js").Change[], text: string | null} | null} */
export function kept(store, id) {
  try {
    const { changes, text } = JSON.parse(store.getItem(PREFIX + id));
    return Array.isArray(changes) ? { changes: changes.map(({ path, before, after }) => ({ path, before, after })), text: text ?? null } : null;
  } catch {
    return null;
  }
}

export const forget = (store, id) => store.removeItem(PREFIX + id);
