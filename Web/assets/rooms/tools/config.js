// A tool's configuration (`tool_config`): reading and writing its members, and the lists that forms show of its objects.

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

/** A new tool of a type; the server fills in the rest. */
export function blank(type, { name = "", description = "" } = {}) {
  const tool = { type, name, description };
  if (type === "webhook") return { ...tool, api_schema: { url: "", method: "GET" } };
  if (type === "system") return { ...tool, params: { system_tool_type: "end_call" } };
  return { ...tool, parameters: null, expects_response: false };
}

/** The names in `{name}` of a URL, without the variables in `{{name}}`. */
export const placeholders = (url) =>
  [...new Set([...url.matchAll(/\{\{[^{}]*\}\}|\{([^{}]*)\}/g)].map((match) => match[1]).filter((name) => name !== undefined && name !== ""))];

/**
 * The rows of path parameters for another URL: one for each of its placeholders. Where one name was changed into another, its row
 * keeps what was written into it.
 */
export function rowsForURL(rows, url, make) {
  const names = placeholders(url);
  const gone = rows.filter((row) => !names.includes(row.name));
  const fresh = names.filter((name) => !rows.some((row) => row.name === name));
  const isRenamed = gone.length === 1 && fresh.length === 1;
  return names.map((name) => rows.find((row) => row.name === name) ?? (isRenamed ? Object.assign(gone[0], { name }) : make(name)));
}

// MARK: Headers

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

// MARK: Other lists

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

// MARK: Words

export const typeNames = { webhook: "Webhook", client: "Client", system: "System" };

export const typeHelp = {
  webhook: "A request to a server of yours, such as a booking system.",
  client: "Runs in the program or page that holds the call, which registers it by name.",
  system: "Runs on this server: ending the call, handing it over, waiting, changing the language.",
};

/** A line on what a tool does, for lists. */
export function summary(config) {
  if (config.type === "webhook") return `${config.api_schema?.method ?? "GET"} ${config.api_schema?.url ?? ""}`;
  if (config.type === "system") return config.params?.system_tool_type ?? "";
  const names = Object.keys(config.parameters?.properties ?? {});
  return names.length ? names.join(", ") : "No parameters";
}
