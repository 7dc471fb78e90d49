// A call as its monitor tells it: the messages of the conversation WebSocket become lines of a transcript.
//
// The monitor begins with the last hundred messages, also when it is connected anew. So each line has a key, and a message
// that was told already changes its line into what it is.

import { contentOf } from "../../talk/protocol.js";

/** How a call stands before anything of it is known. */
export const blank = () => ({
  /** Lines by key, in the order of their appearance. */
  lines: new Map(),
  /** Who has the floor: "nobody", "caller", "thinking" or "agent". */
  floor: "nobody",
  /** What the recogniser believes of the caller's present turn. */
  partial: "",
  /** How often each typed text came over the present connection: typed turns have no ids of their own. */
  typed: new Map(),
});

/** A connection begins: what it tells at first may be known already. */
export const connected = (call) => call.typed.clear();

/**
 * Takes a message in and gives the lines that are new or changed. A line has `key` and `kind`:
 * "caller" {text, isTyped}, "agent" {text, unheard, isInterrupted, isWhole, isYours, isHuman}, "tool" {name, type, state, given, result} with state "asking",
 * "running", "done", "failed" or "skipped", and "note" {text, isAlarm}.
 */
export function take(call, message) {
  const reader = readers[message?.type];
  const content = contentOf(message);
  if (!reader || typeof content !== "object" || content === null) return [];
  return [reader(call, content) ?? []].flat();
}

const readers = {
  __proto__: null,

  tentative_user_transcript(call, { user_transcript: text }) {
    call.partial = text ?? "";
    if (call.partial) call.floor = "caller";
  },

  user_transcript(call, { user_transcript: text, event_id: id }) {
    call.partial = "";
    call.floor = "thinking";
    if (!text) return [];
    if (!id) call.typed.set(text, (call.typed.get(text) ?? 0) + 1);
    return put(call, { key: `caller:${id || `${call.typed.get(text)}:${text}`}`, kind: "caller", text, isTyped: !id });
  },

  agent_chat_response_part(call, { type, text, event_id: id }) {
    if (type !== "delta" || !text) return [];
    const isNew = !call.lines.has(`agent:${id}`);
    const line = answer(call, id, text, (typed) => typed.startsWith(text.trim()));
    call.floor = "agent";
    if (line.isWhole) return isNew ? put(call, line) : [];
    return put(call, { ...line, text: line.text + text });
  },

  agent_response(call, { agent_response: text, event_id: id }) {
    if (!text) return [];
    call.floor = "agent";
    const line = answer(call, id, text);
    // What is known to have been interrupted stays so when the message is told again.
    return put(call, line.isInterrupted ? line : { ...line, text, isWhole: true });
  },

  agent_response_correction(call, { original_agent_response: original, corrected_agent_response: heard, event_id: id }) {
    const line = answer(call, id);
    const unheard = original?.startsWith(heard) ? original.slice(heard.length).trim() : (original ?? "");
    return put(call, { ...line, text: heard ?? "", unheard, isInterrupted: true, isWhole: true });
  },

  interruption(call, { event_id: id }) {
    if (call.floor === "agent") call.floor = "caller";
    const line = call.lines.get(`agent:${id}`);
    return line ? put(call, { ...line, isInterrupted: true, isWhole: true }) : [];
  },

  agent_response_complete(call) {
    if (call.floor === "agent") call.floor = "nobody";
  },

  agent_tool_request: (call, { tool_call_id: id, tool_name: name, tool_type: type }) => tool(call, id, { name, type }),

  client_tool_call: (call, { tool_call_id: id, tool_name: name, parameters, expects_response: isAwaited }) =>
    tool(call, id, { name, type: "client", given: parameters, ...(isAwaited === false ? { state: "done" } : {}) }),

  agent_tool_response: (call, { tool_call_id: id, tool_name: name, tool_type: type, ...outcome }) =>
    tool(call, id, { name, type, state: stateOf(outcome) }),

  agent_tool_response_full_payload: (call, { tool_call_id: id, tool_name: name, tool_type: type, full_tool_result: result, ...outcome }) =>
    tool(call, id, { name, type, state: stateOf(outcome), ...(result ? { result } : {}) }),

  mcp_tool_call(call, { tool_call_id: id, tool_name: name, parameters, state, result, error_message: failure }) {
    const states = { loading: "running", awaiting_approval: "asking", success: "done", failure: "failed" };
    const text = failure ?? result?.map((block) => block.text ?? `[${block.type}]`).join("\n");
    return tool(call, id, { name, type: "mcp", given: parameters, state: states[state] ?? "running", ...(text ? { result: text } : {}) });
  },

  mcp_connection_status: (call, { integrations }) =>
    (integrations ?? [])
      .filter(({ is_connected: isConnected }) => !isConnected)
      .flatMap(({ integration_id: id }) =>
        put(call, { key: `mcp:${id}`, kind: "note", isAlarm: true, text: `The MCP server ${id} does not answer; the agent has none of its tools.` })),

  error: failed,
  client_error: failed,
};

/** Errors come twice, in two spellings. */
function failed(call, { message, reason }) {
  const text = message ?? reason ?? "The server reported an error.";
  return put(call, { key: `error:${text}`, kind: "note", isAlarm: true, text });
}

function put(call, line) {
  call.lines.set(line.key, line);
  return [line];
}

/** The agent's line of this event. What a person has typed for the agent to say becomes it when the agent says it. */
function answer(call, id, text, isSame = (typed) => typed === text.trim()) {
  const key = `agent:${id}`;
  if (call.lines.has(key)) return call.lines.get(key);
  const typed = text?.trim() && [...call.lines.values()].find((line) => line.isWaiting && isSame(line.text));
  if (typed) {
    // The same line under its new name, at its place.
    call.lines = new Map([...call.lines].map(([name, line]) => (line === typed ? [key, { ...line, key, formerKey: name, isWaiting: false }] : [name, line])));
    return call.lines.get(key);
  }
  return { key, kind: "agent", text: "", unheard: "", isInterrupted: false, isWhole: false, isYours: false };
}

function tool(call, id, change) {
  const key = `tool:${id}`;
  const line = call.lines.get(key) ?? { key, kind: "tool", state: "running", given: null, result: null };
  // A message that is told again does not undo what came after it.
  const isOver = ["done", "failed", "skipped"].includes(line.state) && ["running", "asking", undefined].includes(change.state);
  return put(call, { ...line, ...change, ...(isOver ? { state: line.state } : {}) });
}

const stateOf = ({ is_error: isError, is_called: isCalled }) => (isCalled === false ? "skipped" : isError ? "failed" : "done");

/** The agent's lines that a person has written, by the record's transcript. */
export function people(call, transcript) {
  const written = transcript.filter(({ parley_by: author }) => author === "human").map((turn) => call.lines.get(`agent:${turn.source_event_id}`));
  return written.filter((line) => line && !line.isYours).flatMap((line) => put(call, { ...line, isHuman: true }));
}

// MARK: What the reader does

let last = 0;

/** What the reader had the agent say, until the agent says it. */
export function typed(call, text) {
  last += 1;
  return put(call, { key: `typed:${last}`, kind: "agent", text: text.trim(), unheard: "", isInterrupted: false, isWhole: true, isYours: true, isWaiting: true });
}

/** A word on what the reader did. */
export function noted(call, text) {
  last += 1;
  return put(call, { key: `note:${last}`, kind: "note", text, isAlarm: false });
}

// MARK: Words

export const floorWords = {
  nobody: "Nobody is speaking",
  caller: "The caller is speaking",
  thinking: "The agent is preparing its answer",
  agent: "The agent has the floor",
};

export const toolWords = { asking: "Waits for approval", running: "Running", done: "Done", failed: "Failed", skipped: "Not run" };
