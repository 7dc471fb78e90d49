// A call as its monitor tells it: the messages of the conversation WebSocket become lines of a transcript.
//
// The monitor begins with the last hundred messages, also when it is connected anew. So each line has a key, and a message
// that was told already changes its line into what it is.

import { readMessage } from "../../talk/protocol.js";

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
 * "caller" {text, isTyped}, "agent" {text, unheard, isInterrupted, isWhole, isYours, isHuman}, "tool" with `of`, a tool event
 * of `protocol.js`, and "note" {text, isAlarm}.
 */
export function take(call, message) {
  const event = readMessage(message);
  return [readers[event.type]?.(call, event) ?? []].flat();
}

const readers = {
  __proto__: null,

  tentative(call, { text }) {
    call.partial = text ?? "";
    if (call.partial) call.floor = "caller";
  },

  user(call, { text, eventID: id }) {
    call.partial = "";
    call.floor = "thinking";
    if (!text) return [];
    if (!id) call.typed.set(text, (call.typed.get(text) ?? 0) + 1);
    return put(call, { key: `caller:${id || `${call.typed.get(text)}:${text}`}`, kind: "caller", text, isTyped: !id });
  },

  part(call, { kind, text, eventID: id }) {
    if (kind !== "delta" || !text) return [];
    const isNew = !call.lines.has(`agent:${id}`);
    const line = answer(call, id, text, (typed) => typed.startsWith(text.trim()));
    call.floor = "agent";
    if (line.isWhole) return isNew ? put(call, line) : [];
    return put(call, { ...line, text: line.text + text });
  },

  agent(call, { text, eventID: id }) {
    if (!text) return [];
    call.floor = "agent";
    const line = answer(call, id, text);
    // What is known to have been interrupted stays so when the message is told again.
    return put(call, line.isInterrupted ? line : { ...line, text, isWhole: true });
  },

  correction(call, { original, corrected: heard, eventID: id }) {
    const unheard = original?.startsWith(heard) ? original.slice(heard.length).trim() : (original ?? "");
    return put(call, { ...answer(call, id), text: heard ?? "", unheard, isInterrupted: true, isWhole: true });
  },

  interruption(call, { eventID: id }) {
    if (call.floor === "agent") call.floor = "caller";
    const line = call.lines.get(`agent:${id}`);
    return line ? put(call, { ...line, isInterrupted: true, isWhole: true }) : [];
  },

  complete(call) {
    if (call.floor === "agent") call.floor = "nobody";
  },

  clientTool: (call, { expectsResponse, ...event }) => tool(call, { ...event, kind: "client", state: expectsResponse ? "running" : "done" }),
  tool,

  servers: (call, { servers }) =>
    servers
      .filter(({ isConnected }) => !isConnected)
      .flatMap(({ id }) => put(call, { key: `mcp:${id}`, kind: "note", isAlarm: true, text: `The MCP server ${id} does not answer; the agent has none of its tools.` })),

  // Errors come twice, in two spellings.
  error: (call, { message }) => put(call, { key: `error:${message}`, kind: "note", isAlarm: true, text: message }),
};

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

function tool(call, event) {
  const key = `tool:${event.id}`;
  const former = call.lines.get(key)?.of;
  // A message that is told again does not undo what came after it.
  const isOver = former && !isOpen(former.state) && isOpen(event.state);
  return put(call, { key, kind: "tool", of: { answered: null, ...former, ...event, state: isOver ? former.state : event.state } });
}

const isOpen = (state) => state === "running" || state === "waiting";

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
