// Members of configurations as forms have them: set by their path, and lists of names with values as rows of texts.

/** Sets the member at `path`, making the objects on the way to it. Undefined removes it. */
export function setAt(object, path, value) {
  const last = path.at(-1);
  let place = object;
  for (const name of path.slice(0, -1)) {
    if (typeof place[name] !== "object" || place[name] === null) place[name] = {};
    place = place[name];
  }
  if (value === undefined) delete place[last];
  else place[last] = value;
}

/** Where a header's value comes from, by the member that names it. */
export const headerSources = [
  ["text", "Text"],
  ["secret_id", "Secret"],
  ["variable_name", "Dynamic variable"],
  ["env_var_label", "Environment variable"],
];

/** Headers (names with texts or `{"secret_id": …}` and its like) as rows. */
export function headerRows(headers) {
  return Object.entries(headers ?? {}).map(([name, value]) => {
    if (typeof value === "string") return { name, source: "text", value };
    const [source] = headerSources.find(([member]) => value?.[member]) ?? ["text"];
    return { name, source, value: String(value?.[source] ?? "") };
  });
}

export function headersOf(rows) {
  const named = rows.filter(({ name }) => name.trim() !== "");
  return Object.fromEntries(named.map(({ name, source, value }) => [name.trim(), source === "text" ? value : { [source]: value }]));
}

/** An object of texts and other values as rows; other values are shown as JSON, and read as such. */
export const memberRows = (object) => Object.entries(object ?? {}).map(([name, value]) => ({ name, value: textOf(value) }));

export const membersOf = (rows) =>
  Object.fromEntries(rows.filter(({ name }) => name.trim() !== "").map(({ name, value }) => [name.trim(), valueOf(value)]));

/** One text a line. */
export const linesOf = (list) => (list ?? []).join("\n");
export const listOf = (text) => text.split("\n").map((line) => line.trim()).filter(Boolean);

/** A value as it is typed: a text as it stands, anything else as JSON. */
export const textOf = (value) => (value === undefined || value === null ? "" : typeof value === "string" ? value : JSON.stringify(value));

/** The value that a text stands for, of a type of JSON Schema; the text itself where it is none of that type, or no type is given. */
export function valueOf(text, type = null) {
  if (type === "string") return text;
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    return text;
  }
  if (type === null) return typeof value === "string" ? text : value;
  const fits = { integer: Number.isInteger(value), number: typeof value === "number", boolean: typeof value === "boolean", array: Array.isArray(value), object: typeof value === "object" && !Array.isArray(value) && value !== null };
  return fits[type] === false ? text : value;
}

/** Whether a text stands for a value of the type. */
export const isOf = (text, type) => type === "string" || !["integer", "number", "boolean", "array", "object"].includes(type) || valueOf(text, type) !== text;
