// Places in a JSON value, and values at them. Values are never changed in place: parts that stay are shared.

/** A path as the key of a map. Names of variables may hold points. */
export const keyOf = (path) => JSON.stringify(path);

const isContainer = (value) => value !== null && typeof value === "object";

export const isObject = (value) => isContainer(value) && !Array.isArray(value);

/** The value at `path`; undefined where there is none. */
export function at(value, path) {
  return path.reduce((inner, step) => (isContainer(inner) && Object.hasOwn(inner, step) ? inner[step] : undefined), value);
}

/** `value` with `member` at `path`, in objects that are made where they are missing; undefined removes it. */
export function placed(value, path, member) {
  if (path.length === 0) return member;
  const [step, ...rest] = path;
  const inner = placed(at(value, [step]), rest, member);
  if (Array.isArray(value)) return value.with(step, inner);
  if (inner !== undefined) return { ...(isObject(value) ? value : {}), [step]: inner };
  if (!isObject(value) || !Object.hasOwn(value, step)) return value;
  const { [step]: removed, ...others } = value;
  return others;
}

export const beginsWith = (path, beginning) => beginning.every((step, index) => path[index] === step);

/** Whether one of the paths lies within the other. */
export const overlap = (one, other) => beginsWith(one, other) || beginsWith(other, one);

/** Whether two JSON values are the same; the order of an object's members does not count. */
export function equal(one, other) {
  if (one === other) return true;
  if (!isContainer(one) || !isContainer(other) || Array.isArray(one) !== Array.isArray(other)) return false;
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length && names.every((name) => Object.hasOwn(other, name) && equal(one[name], other[name]))
  );
}

/** The entry of `entries` whose `path` is the longest beginning of `path`; undefined when there is none. */
export function nearest(entries, path) {
  let best;
  for (const entry of entries) {
    if (beginsWith(path, entry.path) && (!best || entry.path.length > best.path.length)) best = entry;
  }
  return best;
}
