// A tool's configuration (`tool_config`): new ones, what follows from a URL, and words.

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
