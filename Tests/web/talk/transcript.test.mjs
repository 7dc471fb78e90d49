import assert from "node:assert/strict";
import { test } from "node:test";

import { Transcript } from "../../../Web/assets/talk/transcript.js";

const texts = (transcript) => transcript.entries.map(({ role, text }) => [role, text]);
const audio = (eventID, seconds, characters = null) => ({
  type: "audio", eventID, seconds,
  alignment: characters && { characters: [...characters], starts: [...characters].map((_, index) => (1000 * seconds * index) / characters.length) },
});

test("a turn of the caller and its answer, words lighting up as they are heard", () => {
  const transcript = new Transcript();
  transcript.handle({ type: "tentative", text: "Hel", eventID: 1 });
  assert.equal(transcript.tentative, "Hel");
  transcript.handle({ type: "user", text: "Hello.", eventID: 1 });
  assert.equal(transcript.tentative, "");
  transcript.handle(audio(1, 1, "Hi there."));
  assert.deepEqual(texts(transcript), [["user", "Hello."], ["agent", "Hi there."]]);
  const [entry] = transcript.handle({ type: "agent", text: "Hi there.", eventID: 1 });
  assert.equal(entry.heard, 0);
  assert.deepEqual(transcript.handle({ type: "played", eventID: 1, seconds: 0.1, isPlaying: true }), [entry]);
  assert.equal(entry.heard, 2);
  assert.deepEqual(transcript.handle({ type: "played", eventID: 1, seconds: 0.15, isPlaying: true }), []);
  transcript.handle({ type: "played", eventID: 1, seconds: 1, isPlaying: false });
  assert.equal(entry.heard, entry.text.length);
});

test("words that the caller adds before the answer join the first", () => {
  const transcript = new Transcript();
  transcript.handle({ type: "user", text: "My number is", eventID: 2 });
  transcript.handle({ type: "user", text: "five six.", eventID: 2 });
  transcript.handle({ type: "user", text: "Hello?", eventID: 3 });
  assert.deepEqual(texts(transcript), [["user", "My number is five six."], ["user", "Hello?"]]);
});

test("typed turns stand apart", () => {
  const transcript = new Transcript();
  transcript.handle({ type: "typed", text: "Hello" });
  transcript.handle({ type: "typed", text: "there" });
  transcript.handle({ type: "user", text: "spoken", eventID: null });
  assert.deepEqual(texts(transcript), [["user", "Hello"], ["user", "there"], ["user", "spoken"]]);
});

test("a streamed response grows, is replaced by the whole, and is read without a voice", () => {
  const transcript = new Transcript();
  for (const [kind, text] of [["start", ""], ["delta", "Hi"], ["delta", " there"], ["stop", ""]]) transcript.handle({ type: "part", kind, text, eventID: 1 });
  assert.deepEqual(texts(transcript), [["agent", "Hi there"]]);
  const [entry] = transcript.handle({ type: "agent", text: "Hi there.", eventID: 1 });
  assert.equal(entry.heard, entry.text.length);
  assert.equal(transcript.entries.length, 1);
});

test("an interrupted response keeps what was not heard, marked", () => {
  const transcript = new Transcript();
  transcript.handle(audio(1, 1, "One two three four"));
  transcript.handle({ type: "agent", text: "One two three four", eventID: 1 });
  const [entry] = transcript.handle({ type: "correction", original: "One two three four", corrected: "One two", eventID: 1 });
  assert.deepEqual([entry.text, entry.heard, entry.isInterrupted], ["One two three four", 7, true]);
  assert.deepEqual(transcript.handle({ type: "played", eventID: 1, seconds: 1, isPlaying: false }), []);
  transcript.handle({ type: "agent", text: "Other words.", eventID: 2 });
  const [other] = transcript.handle({ type: "correction", original: "Other words.", corrected: "Something else", eventID: 2 });
  assert.deepEqual([other.text, other.heard], ["Something else", 14]);
});

test("words before and after a tool are two entries, lit one after the other", () => {
  const transcript = new Transcript();
  transcript.handle(audio(1, 1, "Let me look. "));
  transcript.handle({ type: "agent", text: "Let me look.", eventID: 1 });
  transcript.handle({ type: "tool", id: "c1", name: "look_up", kind: "webhook", state: "running", eventID: 1 });
  transcript.handle({ type: "tool", id: "c1", name: "look_up", kind: "webhook", state: "done", eventID: 1 });
  transcript.handle({ type: "agent", text: "It is here.", eventID: 1 });
  transcript.handle(audio(1, 1, "It is here."));
  assert.deepEqual(transcript.entries.map(({ role }) => role), ["agent", "tool", "agent"]);
  assert.equal(transcript.entries[1].state, "done");
  transcript.handle({ type: "played", eventID: 1, seconds: 1.05, isPlaying: true });
  assert.deepEqual(transcript.entries.filter(({ role }) => role === "agent").map(({ heard }) => heard), [12, 2]);
});

test("a tool that is done does not run again, and learns its result", () => {
  const transcript = new Transcript();
  const base = { type: "tool", id: "c1", name: "pay", kind: "mcp" };
  transcript.handle({ ...base, state: "waiting", parameters: { euros: 3 }, patience: 60 });
  transcript.handle({ ...base, state: "running" });
  transcript.handle({ ...base, state: "done", result: [{ type: "text", text: "ok" }] });
  transcript.handle({ ...base, state: "running" });
  const [entry] = transcript.entries;
  assert.deepEqual([entry.state, entry.parameters, entry.result[0].text, entry.answered], ["done", { euros: 3 }, "ok", null]);
});

test("a latency goes to the answer it is of", () => {
  const transcript = new Transcript();
  transcript.handle({ type: "agent", text: "Hi.", eventID: 4 });
  const latency = { eventID: 4, milliseconds: 800, from: "voice" };
  assert.deepEqual(transcript.handle({ type: "latency", eventID: 4, latency }).map((entry) => entry.latency), [latency]);
});

test("a latency that is known before the words is not lost", () => {
  const transcript = new Transcript();
  const latency = { eventID: 4, milliseconds: 800, from: "voice" };
  transcript.handle({ type: "latency", eventID: 4, latency });
  assert.deepEqual(transcript.handle({ type: "agent", text: "Hi.", eventID: 4 })[0].latency, latency);
});

test("what a person says in the agent's place is marked", () => {
  const transcript = new Transcript();
  const answers = [null, true, false].map((isOn, index) => {
    if (isOn !== null) transcript.handle({ type: "takeover", isOn });
    return transcript.handle({ type: "agent", text: "Hello.", eventID: index + 1 })[0].isHuman;
  });
  assert.deepEqual(answers, [false, true, false]);
});

test("a correction of words that are not there is ignored", () => {
  assert.deepEqual(new Transcript().handle({ type: "correction", original: "a", corrected: "", eventID: 9 }), []);
});
