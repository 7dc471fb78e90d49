import assert from "node:assert/strict";
import { test } from "node:test";

import { endingWords, latencySummary, plainValue, statusWords, toolWords } from "../../../Web/assets/talk/wording.js";
import { MicrophoneError, parseFormat, decode } from "../../../Web/assets/talk/audio.js";

test("who has the floor, in words", () => {
  assert.equal(statusWords("listening"), "Listening");
  assert.equal(statusWords("listening", { isMuted: true }), "Muted: you are not heard");
  assert.equal(statusWords("listening", { hasMicrophone: false }), "Waiting for your message");
  assert.equal(statusWords("thinking", { tools: [{ name: "look_up", state: "running" }] }), "Using look_up…");
  assert.equal(statusWords("thinking", { tools: [{ name: "pay", state: "waiting" }, { name: "look_up", state: "running" }] }), "Waiting for your approval");
  assert.equal(statusWords("speaking", { isTextOnly: true }), "The agent writes…");
  assert.equal(statusWords("speaking", { tools: [{ name: "look_up", state: "running" }] }), "The agent speaks");
});

test("endings name their reason, and failures a remedy", () => {
  const end = (members) => endingWords({ code: 1000, reason: "", isByUser: false, wasReady: true, error: null, ...members });
  assert.deepEqual(end({ reason: "The agent ended the call." }), { text: "The agent ended the call.", isFailure: false });
  assert.deepEqual(end({ isByUser: true, reason: "User ended conversation" }), { text: "You ended the call.", isFailure: false });
  assert.match(end({ code: 1006, wasReady: false }).text, /does not answer.*running/);
  assert.match(end({ code: 1006 }).text, /lost.*start again/);
  assert.match(end({ code: 4001 }).text, /30 seconds.*network/);
  assert.match(end({ code: 1002, reason: "The model failed", error: { kind: "llm_error" } }).text, /^The model failed\. Start again/);
  assert.equal(end({ code: 1008, reason: "There is no agent with the id x." }).text, "There is no agent with the id x.");
  assert.ok(end({ code: 1011 }).text.startsWith("The server closed the call (1011)."));
});

test("tools and their values", () => {
  assert.deepEqual(toolWords({ state: "waiting", answered: null }), ["Asks for approval", "caution"]);
  assert.deepEqual(toolWords({ state: "waiting", answered: false }), ["Refused", null]);
  assert.equal(plainValue([{ type: "text", text: "a" }, { type: "text", text: "b" }]), "a\nb");
  assert.equal(plainValue('{"a":1}'), '{\n  "a": 1\n}');
  assert.equal(plainValue("just words"), "just words");
  assert.equal(plainValue([{ type: "text", text: "a" }, { type: "image", data: "AAAA" }]), "a\n[image]");
  assert.equal(plainValue(undefined), "");
});

test("latencies in one line", () => {
  assert.equal(latencySummary([]), "");
  assert.equal(latencySummary([{ milliseconds: 840 }]), "Answered after 840 ms");
  assert.equal(latencySummary([700, 900, 1200].map((milliseconds) => ({ milliseconds }))), "Answered after 1.20 s, typically 900 ms");
});

test("a microphone's failure has a remedy", () => {
  for (const name of ["NotAllowedError", "NotFoundError", "NotReadableError", "NotSupportedError"]) assert.match(MicrophoneError.of({ name, message: "x" }).message, /start again/);
  assert.equal(MicrophoneError.of({ name: "Other", message: "x" }).message, "The microphone cannot be used: x");
});

test("formats and their samples", () => {
  assert.deepEqual(parseFormat("ulaw_8000"), { encoding: "ulaw", rate: 8000 });
  assert.throws(() => parseFormat("opus_48000"), /opus_48000/);
  assert.deepEqual([...decode(btoa("\x00\x40\x00\xc0"), "pcm")], [0.5, -0.5]);
  assert.ok(Math.abs(decode(btoa("\x80"), "ulaw")[0] - 0.98) < 0.01);
  assert.equal(decode(btoa("\xff"), "ulaw")[0], 0);
});
