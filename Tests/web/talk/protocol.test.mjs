import assert from "node:assert/strict";
import { test } from "node:test";

import { conversationURL, initiation, readMessage } from "../../../Web/assets/talk/protocol.js";

test("metadata names the formats, of which 16 kHz PCM is the usual one", () => {
  const event = { conversation_id: "conv_1", agent_output_audio_format: "ulaw_8000" };
  assert.deepEqual(readMessage({ type: "conversation_initiation_metadata", conversation_initiation_metadata_event: event }), {
    type: "ready", id: "conv_1", input: "pcm_16000", output: "ulaw_8000",
  });
});

test("audio has an alignment only when its lists are equally long", () => {
  const audio = (alignment) => readMessage({ type: "audio", audio_event: { audio_base_64: "AAA=", event_id: 3, alignment } });
  assert.deepEqual(audio({ chars: ["H", "i"], char_start_times_ms: [0, 20], char_durations_ms: [20, 20] }), {
    type: "audio", base64: "AAA=", eventID: 3, alignment: { characters: ["H", "i"], starts: [0, 20] },
  });
  for (const odd of [undefined, null, {}, { chars: ["H"], char_start_times_ms: [], char_durations_ms: [1] }, { chars: [], char_start_times_ms: [], char_durations_ms: [] }]) {
    assert.equal(audio(odd).alignment, null);
  }
});

test("members whose names do not follow from the type are found", () => {
  assert.deepEqual(readMessage({ type: "user_transcript", user_transcription_event: { user_transcript: "Hello.", event_id: 1 } }), { type: "user", text: "Hello.", eventID: 1 });
  assert.deepEqual(readMessage({ type: "agent_chat_response_part", text_response_part: { type: "delta", text: "Hi", event_id: 2 } }), { type: "part", kind: "delta", text: "Hi", eventID: 2 });
  assert.equal(readMessage({ type: "client_error", error_event: { code: 1008, error_name: "value_error", message: "No." } }).kind, "value_error");
});

test("tools of every kind have one form", () => {
  const request = { tool_name: "look_up", tool_call_id: "c1", tool_type: "webhook", event_id: 4 };
  assert.deepEqual(readMessage({ type: "agent_tool_request", agent_tool_request: request }), { type: "tool", id: "c1", name: "look_up", kind: "webhook", eventID: 4, state: "running" });
  assert.equal(readMessage({ type: "agent_tool_response", agent_tool_response: { ...request, is_error: true } }).state, "failed");
  assert.equal(readMessage({ type: "agent_tool_response", agent_tool_response: { ...request, is_called: false } }).state, "blocked");
  assert.equal(readMessage({ type: "agent_tool_response", agent_tool_response: { ...request, is_blocked: true } }).state, "blocked");
  const asked = readMessage({ type: "mcp_tool_call", mcp_tool_call: { service_id: "s", tool_call_id: "c2", tool_name: "pay", tool_description: null, parameters: { euros: 3 }, state: "awaiting_approval", approval_timeout_secs: 60 } });
  assert.deepEqual([asked.state, asked.patience, asked.kind, asked.parameters], ["waiting", 60, "mcp", { euros: 3 }]);
});

test("what is not known, or damaged, is an event of no kind", () => {
  for (const odd of [null, 3, {}, { type: 4 }, { type: "toString" }, { type: "vad_score", vad_score_event: { vad_score: 0.2 } }]) {
    assert.equal(readMessage(odd).type, "other");
  }
  assert.equal(readMessage({ type: "user_transcript" }).text, undefined);
});

test("addresses take the scheme of the server, and the signature", () => {
  assert.equal(conversationURL({ server: "https://x.example/assets/talk/conversation.js", agentID: "a b" }).href, "wss://x.example/v1/convai/conversation?agent_id=a+b");
  assert.equal(conversationURL({ server: "http://127.0.0.1:8400/", agentID: "a", signature: "s" }).href, "ws://127.0.0.1:8400/v1/convai/conversation?agent_id=a&conversation_signature=s");
  assert.equal(
    conversationURL({ server: "http://other.example/", signedURL: "wss://y.example/v1/convai/conversation?agent_id=a&conversation_signature=s", environment: "test" }).href,
    "wss://y.example/v1/convai/conversation?agent_id=a&conversation_signature=s&environment=test",
  );
});

test("the initiation has no member that was not given", () => {
  assert.deepEqual(initiation(), { type: "conversation_initiation_client_data", conversation_config_override: {}, dynamic_variables: {} });
  assert.deepEqual(initiation({ textOnly: true, userID: "u", source: "widget" }), {
    type: "conversation_initiation_client_data", conversation_config_override: { text_only: true }, dynamic_variables: {}, user_id: "u", source_info: { source: "widget" },
  });
});
