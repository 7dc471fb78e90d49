import assert from "node:assert/strict";
import test from "node:test";
import { blank, connected, noted, people, take, typed } from "../../../Web/assets/rooms/live/events.js";

const user = (text, id) => ({ type: "user_transcript", user_transcription_event: { user_transcript: text, event_id: id } });
const partial = (text, id) => ({ type: "tentative_user_transcript", tentative_user_transcription_event: { user_transcript: text, event_id: id } });
const agent = (text, id) => ({ type: "agent_response", agent_response_event: { agent_response: text, event_id: id } });
const part = (type, text, id) => ({ type: "agent_chat_response_part", text_response_part: { type, text, event_id: id } });
const tool = (type, content) => ({ type, [type]: { tool_call_id: "t1", tool_name: "book", tool_type: "webhook", event_id: 2, ...content } });
const texts = (call) => [...call.lines.values()].map(({ kind, text }) => `${kind}: ${text}`);

function after(messages, call = blank()) {
  for (const message of messages) take(call, message);
  return call;
}

test("a turn: the caller speaks, the agent thinks, answers and is done", () => {
  const call = blank();
  take(call, partial("I need", 2));
  assert.deepEqual([call.floor, call.partial], ["caller", "I need"]);
  take(call, user("I need a table.", 2));
  assert.deepEqual([call.floor, call.partial], ["thinking", ""]);
  take(call, agent("For how many?", 2));
  assert.equal(call.floor, "agent");
  take(call, { type: "agent_response_complete", agent_response_complete_event: { event_id: 2 } });
  assert.equal(call.floor, "nobody");
  assert.deepEqual(texts(call), ["caller: I need a table.", "agent: For how many?"]);
});

test("words that follow within a turn replace its line", () => {
  const call = after([user("I need", 2), user("I need a table.", 2)]);
  assert.deepEqual(texts(call), ["caller: I need a table."]);
});

test("what is told again after a reconnection changes nothing", () => {
  const messages = [
    user("Hello", 1), part("start", "", 1), part("delta", "Good ", 1), part("delta", "day", 1), agent("Good day.", 1),
    { type: "interruption", interruption_event: { event_id: 1 } },
    { type: "agent_response_correction", agent_response_correction_event: { original_agent_response: "Good day.", corrected_agent_response: "Good", event_id: 1 } },
    tool("agent_tool_request", {}), tool("agent_tool_response", { is_error: false, is_called: true }),
  ];
  const call = after(messages);
  const before = JSON.stringify([...call.lines]);
  after(messages, call);
  assert.equal(JSON.stringify([...call.lines]), before);
});

test("typed turns have no ids: each is a line, and is the same line after a reconnection", () => {
  const call = after([user("yes", 0), user("no", 0), user("yes", 0)]);
  connected(call);
  after([user("yes", 0), user("no", 0), user("yes", 0), user("more", 0)], call);
  assert.deepEqual(texts(call), ["caller: yes", "caller: no", "caller: yes", "caller: more"]);
});

test("an answer that is streamed grows, and an interrupted one keeps what was heard", () => {
  const call = after([part("start", "", 3), part("delta", "One ", 3), part("delta", "two", 3)]);
  assert.deepEqual(texts(call), ["agent: One two"]);
  take(call, { type: "agent_response_correction", agent_response_correction_event: { original_agent_response: "One two three", corrected_agent_response: "One two", event_id: 3 } });
  const line = call.lines.get("agent:3");
  assert.deepEqual([line.text, line.unheard, line.isInterrupted], ["One two", "three", true]);
});

test("a tool runs, and ends in one of three ways", () => {
  for (const [outcome, state] of [[{ is_called: true }, "done"], [{ is_error: true }, "failed"], [{ is_called: false, is_error: true }, "blocked"]]) {
    const call = after([tool("agent_tool_request", {})]);
    assert.equal(call.lines.get("tool:t1").of.state, "running");
    take(call, tool("agent_tool_response", outcome));
    assert.equal(call.lines.get("tool:t1").of.state, state);
    take(call, tool("agent_tool_response_full_payload", { ...outcome, full_tool_result: "ok" }));
    assert.equal(call.lines.get("tool:t1").of.result, "ok");
  }
});

test("a client's tool has arguments; one that answers nothing is done at once", () => {
  const call = after([tool("client_tool_call", { parameters: { a: 1 }, expects_response: false })]);
  assert.deepEqual([call.lines.get("tool:t1").of.parameters, call.lines.get("tool:t1").of.state], [{ a: 1 }, "done"]);
});

test("a tool of an MCP server waits for its approval, and shows what it answered", () => {
  const call = after([tool("mcp_tool_call", { state: "awaiting_approval", parameters: {} })]);
  assert.equal(call.lines.get("tool:t1").of.state, "waiting");
  take(call, tool("mcp_tool_call", { state: "success", parameters: {}, result: [{ type: "text", text: "Booked." }, { type: "image" }] }));
  assert.deepEqual([call.lines.get("tool:t1").of.state, call.lines.get("tool:t1").of.result], ["done", [{ type: "text", text: "Booked." }, { type: "image" }]]);
});

test("an error that comes in both spellings is one line", () => {
  const call = after(["error", "client_error"].map((type) => ({ type, error_event: { message: "Too long." } })));
  assert.deepEqual(texts(call), ["note: Too long."]);
});

test("what a person typed becomes the agent's line when it is said, at its place", () => {
  const call = after([user("Hello", 1)]);
  typed(call, " One moment. ");
  noted(call, "A note");
  const [line] = take(call, agent("One moment.", 5));
  assert.equal(line.formerKey.startsWith("typed:"), true);
  assert.equal(line.isWaiting, false);
  assert.deepEqual(texts(call), ["caller: Hello", "agent: One moment.", "note: A note"]);
  assert.equal(line.isYours, true);
});

test("what a person said before one looked is known from the record", () => {
  const call = after([agent("Hello.", 1), agent("Ada speaking.", 2)]);
  typed(call, "And I.");
  take(call, agent("And I.", 3));
  const turn = (id, parley_by) => ({ role: "agent", source_event_id: id, parley_by });
  assert.deepEqual(people(call, [turn(1), turn(2, "human"), turn(3, "human"), turn(9, "human")]).map(({ key, isHuman }) => [key, isHuman]), [["agent:2", true]]);
  take(call, agent("Ada speaking.", 2));
  assert.equal(call.lines.get("agent:2").isHuman, true);
});

test("what is not understood is left alone", () => {
  const call = blank();
  for (const message of [null, {}, { type: "ping", ping_event: {} }, { type: "agent_response" }, { type: "user_transcript", user_transcription_event: null }, { type: "constructor" }]) {
    assert.deepEqual(take(call, message), []);
  }
  assert.equal(call.lines.size, 0);
});

test("what the reader typed becomes the agent's line with its first part", () => {
  const call = blank();
  const [line] = typed(call, "This is Anna, a person.");
  const part = (text) => take(call, { type: "agent_chat_response_part", text_response_part: { type: "delta", text, event_id: 2 } });
  const [first] = part("This is Anna,");
  assert.equal(first.formerKey, line.key);
  assert.equal(first.isWaiting, false);
  assert.deepEqual(part(" a person."), []);
  take(call, { type: "agent_response", agent_response_event: { agent_response: "This is Anna, a person.", event_id: 2 } });
  assert.deepEqual([...call.lines.values()].map(({ text, isYours }) => [text, isYours]), [["This is Anna, a person.", true]]);
});
