// An agent that is being edited: what the server has, and what the person has changed of it and not saved yet.

import { at, beginsWith, equal, isObject, overlap, placed } from "../../core/paths.js";

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

/** Objects whose members have names of the owner's choice. A `PATCH` can add to them and change them, but not remove from them. */
const MAPS = [
  "agent.dynamic_variables.dynamic_variable_placeholders",
  "language_presets",
  "platform_settings.data_collection",
  "platform_settings.widget.language_presets",
  "platform_settings.widget.styles",
  "platform_settings.widget.text_contents",
  "workflow.edges",
  "workflow.nodes",
].map(pathOf);

/** What of `GET /v1/convai/agents/{id}` can be edited. */
export function documentOf(agent) {
  return Object.fromEntries(MEMBERS.filter((name) => agent[name] !== undefined).map((name) => [name, agent[name]]));
}

/**
 * A change at a place; undefined stands for "not there".
 *
 * @typedef {{path: string[], before: *, after: *}} Change
 */

/** The changes that lead from one value to another. Lists are compared as a whole. @returns {Change[]} */
export function difference(before, after, path = [], changes = []) {
  if (before === after) return changes;
  if (isObject(before) && isObject(after)) {
    for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
      difference(at(before, [name]), at(after, [name]), [...path, name], changes);
    }
  } else if (!equal(before, after)) changes.push({ path, before, after });
  return changes;
}

const apply = (changes, value) => changes.reduce((result, { path, after }) => placed(result, path, after), value);

/**
 * Compares changes with what the server has by now. What somebody else changed to the same value is no change any more.
 *
 * @returns {{kept: Change[], conflicts: (Change & {now: *})[]}}
 */
export function rebase(changes, theirs) {
  const kept = [];
  const conflicts = [];
  for (const change of changes) {
    const now = at(theirs, change.path);
    if (equal(now, change.after)) continue;
    if (equal(now, change.before)) kept.push(change);
    else conflicts.push({ ...change, now });
  }
  return { kept, conflicts };
}

/**
 * The bodies of the `PATCH` requests that save the changes, in order. One does, unless something is removed from a map:
 * then the map is emptied and written anew, after everything else has been accepted.
 */
export function patchesOf(changes, current) {
  let first = {};
  const emptied = new Set();
  for (const { path, after } of changes) {
    const map = after === undefined && MAPS.find((candidate) => path.length > candidate.length && beginsWith(path, candidate));
    if (map) emptied.add(map);
    else first = placed(first, path, after === undefined ? null : after);
  }
  const patches = Object.keys(first).length ? [first] : [];
  if (emptied.size === 0) return patches;
  const members = [...emptied].map((path) => ({ path, rest: at(current, path) ?? {} }));
  patches.push(members.reduce((patch, { path }) => placed(patch, path, null), {}));
  const filled = members.filter(({ rest }) => Object.keys(rest).length);
  if (filled.length) patches.push(filled.reduce((patch, { path, rest }) => placed(patch, path, rest), {}));
  return patches;
}

export class Draft {
  #listeners = new Set();

  /** @param document What the server has, of `documentOf`. */
  constructor(document) {
    this.base = document;
    this.current = document;
  }

  /** @returns {Change[]} */
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

  /**
   * Takes in what the server has by now. What others changed is taken over; where they changed the same as the person, both
   * values stay apart until `settle`.
   *
   * @returns {{others: Change[], conflicts: (Change & {now: *})[]}}
   */
  merge(theirs) {
    const mine = this.changes;
    const others = difference(this.base, theirs).filter(({ path }) => !mine.some((change) => overlap(change.path, path)));
    return { others, conflicts: this.lay(mine, theirs) };
  }

  /** Lays changes over what the server has; gives those that somebody else has changed too. */
  lay(changes, theirs) {
    const { kept, conflicts } = rebase(changes, theirs);
    // The former value remains the base of a conflict, so that the next comparison finds it again.
    const base = conflicts.reduce((result, { path, before }) => placed(result, path, before), theirs);
    this.#become(base, apply([...kept, ...conflicts], base));
    return conflicts;
  }

  /** Ends conflicts: for each, whether the person's own value is kept. */
  settle(conflicts, isMine) {
    conflicts.forEach(({ path, now }, index) => {
      this.base = placed(this.base, path, now);
      if (!isMine[index]) this.current = placed(this.current, path, now);
    });
    this.#become(this.base, this.current);
  }

  /** Takes the answer to a save of `sent`; what was changed while the request was under way stays. */
  saved(answer, sent) {
    this.#become(answer, apply(difference(sent, this.current), answer));
  }

  /** Takes the answer to the first of several requests when a later one failed. */
  savedPartly(answer) {
    this.#become(answer, this.current);
  }

  onChange(listener) {
    this.#listeners.add(listener);
  }

  #become(base, current) {
    this.base = base;
    this.current = current;
    for (const listener of this.#listeners) listener();
  }
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

/** @returns {{changes: Change[], text: string | null} | null} */
export function kept(store, id) {
  try {
    const { changes, text } = JSON.parse(store.getItem(PREFIX + id));
    return Array.isArray(changes) ? { changes: changes.map(({ path, before, after }) => ({ path, before, after })), text: text ?? null } : null;
  } catch {
    return null;
  }
}

export const forget = (store, id) => store.removeItem(PREFIX + id);
