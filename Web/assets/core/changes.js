// Changes of a configuration, and what becomes of them when somebody else has changed it meanwhile.

import { versioned } from "./api.js";
import { at, equal, isObject, overlap, placed } from "./paths.js";

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

export const apply = (changes, value) => changes.reduce((result, { path, after }) => placed(result, path, after), value);

/** The body of a `PATCH` that makes the changes. Null sets a member back, and removes one of a map; null for no change. */
export const patchOf = (changes) => (changes.length ? changes.reduce((patch, { path, after }) => placed(patch, path, after ?? null), {}) : null);

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
 * Lays changes over what the server has by now. Of a conflict the former value remains the base, so that the next comparison
 * finds it again.
 *
 * @returns {{base: *, current: *, conflicts: (Change & {now: *})[]}}
 */
export function lay(changes, theirs) {
  const { kept, conflicts } = rebase(changes, theirs);
  const base = conflicts.reduce((result, { path, before }) => placed(result, path, before), theirs);
  return { base, current: apply([...kept, ...conflicts], base), conflicts };
}

/** Takes what the server has by now into what is edited; `others` are the changes that somebody else made elsewhere. */
export function merge({ base, current }, theirs) {
  const mine = difference(base, current);
  const others = difference(base, theirs).filter(({ path }) => !mine.some((change) => overlap(change.path, path)));
  return { ...lay(mine, theirs), others };
}

/** Ends conflicts: for each, whether the person's own value is kept. */
export function settle({ base, current }, conflicts, isMine) {
  const take = (value, list) => list.reduce((result, { path, now }) => placed(result, path, now), value);
  return { base: take(base, conflicts), current: take(current, conflicts.filter((_, index) => !isMine[index])) };
}

/**
 * Saves with a `PATCH` of the version that was read. When somebody has changed it since, that is taken in first, and the person
 * is asked about what both have changed. A server that tells no versions is asked before for what it has.
 *
 * @param {object} how
 * @param {string} how.path
 * @param {{base: *, current: *, version: string | null}} how.work What is edited, with the version of its base.
 * @param {() => object | null} how.body The `PATCH`; null when there is nothing left to save.
 * @param {(answer: object) => *} how.read What of an answer is edited.
 * @param {(merged: {base: *, current: *}) => void} how.take Puts what was merged into `work`.
 * @param {(conflicts: Change[], others: Change[]) => Promise<boolean[] | undefined>} how.ask For each conflict whether the person's
 *   own value stays; `others` have been taken in already.
 * @returns {Promise<{value: object | null, others: Change[]} | null>} Null when the person decides later: the version stays the
 *   former one then, so that the next save asks again.
 */
export async function saveVersion({ path, work, body, read, take, ask }) {
  const others = [];
  let { version } = work;
  for (let isKnown = Boolean(version); ; isKnown = true) {
    const patch = body();
    try {
      if (isKnown) {
        const answer = patch ? await versioned("PATCH", path, { body: patch, headers: version ? { "if-match": version } : {} }) : { value: null, version };
        work.version = answer.version;
        return { value: answer.value, others };
      }
    } catch (error) {
      if (error.status !== 412) throw error;
    }
    const now = await versioned("GET", path);
    version = now.version;
    const merged = merge(work, read(now.value));
    take(merged);
    others.push(...merged.others);
    if (merged.conflicts.length === 0) continue;
    const choice = await ask(merged.conflicts, others);
    if (!choice) return null;
    take(settle(work, merged.conflicts, choice));
  }
}
