// MCP servers in words, and what of them is worked out: what changed in a tool, what a change of settings sends.

import { textOf, valueOf } from "../../core/members.js";
import { equal } from "../../core/paths.js";

export const policies = {
  require_approval_all: ["Ask for each call", "The person at the client has to approve every call of a tool. Clients that cannot be asked cannot use the tools."],
  require_approval_per_tool: ["Decide tool by tool", "Below you say which tools run without asking. A tool that changes afterwards asks again."],
  auto_approve_all: ["Never ask", "All tools run without asking, also those that the server adds or changes later."],
};

export const transports = [["STREAMABLE_HTTP", "Streamable HTTP"], ["SSE", "SSE (older servers)"]];

/** How the approval of a tool stands: words, the kind of badge, and a sentence. */
export function approvalOf(status) {
  if (status?.state === "needs_review") return ["Changed since it was approved", "alarm", "Until you approve it as it is now, each call asks."];
  if (status?.state !== "up_to_date") return ["Not approved", "caution", "Each call of it asks the person at the client."];
  return status.approval_policy === "auto_approved" ? ["Approved", "good", "It runs without asking."] : ["Asks each time", null, "You know it, and want each call to be approved."];
}

/**
 * What differs between the tool that was approved and the tool as it is now, in words.
 *
 * @param {{description?: string, input_schema?: object} | null} approved
 * @param {{description?: string, inputSchema?: object}} present
 * @returns {{text: string, before?: string, after?: string}[]}
 */
export function changesOf(approved, present) {
  if (!approved) return [];
  const changes = [];
  const [before, after] = [approved.description ?? "", present.description ?? ""];
  if (before !== after) changes.push({ text: "Its description", before, after });
  const [old, now] = [approved.input_schema ?? {}, present.inputSchema ?? {}];
  const [oldNames, newNames] = [Object.keys(old.properties ?? {}), Object.keys(now.properties ?? {})];
  for (const name of newNames.filter((name) => !oldNames.includes(name))) changes.push({ text: `The argument ${name} is new`, after: textOf(now.properties[name]) });
  for (const name of oldNames.filter((name) => !newNames.includes(name))) changes.push({ text: `The argument ${name} is gone`, before: textOf(old.properties[name]) });
  for (const name of newNames.filter((name) => oldNames.includes(name) && !equal(old.properties[name], now.properties[name]))) {
    changes.push({ text: `The argument ${name}`, before: textOf(old.properties[name]), after: textOf(now.properties[name]) });
  }
  const required = (schema) => (schema.required ?? []).toSorted().join(", ");
  if (required(old) !== required(now)) changes.push({ text: "What is required", before: required(old) || "nothing", after: required(now) || "nothing" });
  return changes.length ? changes : [{ text: "Other parts of what it takes" }];
}

/** A tool's arguments in a line: those that are required first, the others with a question mark. */
export function argumentsOf(schema) {
  const names = Object.keys(schema?.properties ?? {});
  const required = new Set(schema?.required ?? []);
  return [...names.filter((name) => required.has(name)), ...names.filter((name) => !required.has(name)).map((name) => `${name}?`)].join(", ");
}

const remedies = [
  [/there is no secret|names no connection/, "Store the secret under Secrets, or choose another one in the settings of this server."],
  [/refused the credentials/, "Choose the token or the header that this server wants in its settings, and ask again."],
  [/does not speak MCP|answered HTTP 40[0456]/, "Check the address: it is the server's MCP endpoint, which often ends in /mcp or /sse. Check the transport too; both are fixed, so make the server anew when they are wrong."],
  [/only calls have/, "Its tools can be listed only within a call, since the address or a header names a variable of calls. Calls use them all the same."],
  [/not on the public internet/, "Start Parley with --egress-hosts and the host of this server, so that agents may ask it."],
  [/cannot be reached|did not answer|broke before/, "Check that the server runs, and that its address is right. Calls go on without its tools, and try it again by themselves."],
  [/asks no MCP servers/, "This Parley was started without MCP."],
];

/** What to do about a server that gave no list of tools. */
export const remedyFor = (message) => remedies.find(([pattern]) => pattern.test(message ?? ""))?.[1] ?? "Look into the server's own log, and ask again.";

/** Members of a server's configuration that can be changed once it is there. */
const changeable = [
  "approval_policy", "secret_token", "request_headers", "request_meta", "auth_connection", "pre_tool_speech", "interruption_mode", "tool_call_sound",
  "tool_call_sound_behavior", "execution_mode", "response_timeout_secs", "disable_compression",
];

/** The body of a `PATCH`: what was changed, or null. In headers and meta data, null removes. */
export function patchOf(saved, config) {
  const body = {};
  for (const name of changeable.filter((name) => !equal(saved[name] ?? null, config[name] ?? null))) {
    body[name] = config[name] ?? null;
    if (name !== "request_headers" && name !== "request_meta") continue;
    const gone = Object.keys(saved[name] ?? {}).filter((key) => !Object.hasOwn(config[name] ?? {}, key));
    body[name] = { ...config[name], ...Object.fromEntries(gone.map((key) => [key, null])) };
  }
  return Object.keys(body).length ? body : null;
}

// MARK: Overrides

/** Where an argument's value comes from. */
export const argumentSources = [["", "Agent decides"], ["llm", "Agent decides, as described"], ["constant", "Fixed value"], ["dynamic_variable", "Dynamic variable"], ["omit", "Left out"]];

const held = { llm: "prompt", constant: "constant_value", dynamic_variable: "dynamic_variable" };

/** The arguments of a tool, and those that an override names besides, as rows with `path`, `type`, `source` and `text`. */
export function argumentRows(schema, overrides) {
  const paths = new Set([...Object.keys(schema?.properties ?? {}), ...Object.keys(overrides ?? {}).filter((path) => overrides[path])]);
  return [...paths].map((path) => {
    const override = overrides?.[path] ?? { source: "" };
    const type = schema?.properties?.[path]?.type;
    return { path, type: typeof type === "string" ? type : null, source: override.source, text: textOf(override[held[override.source]]) };
  });
}

/** `input_overrides` of rows; null for an argument that had an override and has none any more. */
export function overridesOf(rows, former) {
  return Object.fromEntries(
    rows
      .filter(({ path, source }) => source !== "" || former?.[path])
      .map(({ path, type, source, text }) => [path, source === "" ? null : { source, ...(held[source] ? { [held[source]]: source === "constant" ? valueOf(text, type) : text } : {}) }]),
  );
}
