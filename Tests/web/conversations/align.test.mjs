import assert from "node:assert/strict";
import { test } from "node:test";
import { align, speechesOf, toolsOf, waterfallsOf, wordAt } from "../../../Web/assets/rooms/conversations/align.js";
import { answer, overlap, response } from "./waterfalls.mjs";

const turn = (role, message, time, more = {}) => ({ role, message, time_in_call_secs: time, ...more });

/** Loudness in which a voice sounds from one second to another. */
function levels(seconds, ...voices) {
  const result = new Uint8Array(seconds * 100);
  for (const [start, end] of voices) result.fill(120, Math.round(start * 100), Math.round(end * 100));
  return result;
}

test("Without a recording words follow one another from the turn's second on", () => {
  const [first, second] = align([turn("agent", "Good morning", 0), turn("user", "Hello there", 3)], { duration: 6 });
  assert.deepEqual(first.words.map(({ text }) => text), ["Good", "morning"]);
  assert.equal(first.start, 0);
  assert.ok(first.end < 1.5);
  assert.ok(first.words[0].end <= first.words[1].start + 1e-9);
  assert.equal(second.start, 3);
});

test("With a recording words lie where the voice sounds", () => {
  const peaks = { rate: 100, channels: [levels(10), levels(10, [0.4, 1.4], [2.4, 3.4])] };
  const [first] = align([turn("agent", "aaaa bbbb cccc dddd", 0)], { duration: 10, peaks });
  assert.ok(Math.abs(first.start - 0.4) < 0.02);
  assert.ok(Math.abs(first.end - 3.4) < 0.02);
  assert.ok(first.words[1].end < 1.45, "two words before the pause");
  assert.ok(first.words[2].start > 2.35 && first.words[3].start > 2.8, "two after it");
});

test("A voice that still sounds belongs to the turn before", () => {
  const peaks = { rate: 100, channels: [levels(10), levels(10, [0, 3.7], [4.2, 6])] };
  const turns = [turn("agent", "one two three four five", 0), turn("agent", "six seven", 4)];
  const [first, second] = align(turns, { duration: 10, peaks });
  assert.ok(Math.abs(second.start - 4.2) < 0.02, String(second.start));
  assert.ok(first.end <= 4.2);
});

test("The log gives the caller's turns their times", () => {
  const speeches = [{ start: 4.45, end: 6.2, words: "How many do you have?" }];
  const [only] = align([turn("user", "How many do you have?", 4)], { duration: 10, speeches });
  assert.equal(only.start, 4.75);
  assert.ok(only.end <= 6.2);
});

test("Turns that begin together share their time; turns without words have none", () => {
  const turns = [turn("agent", null, 2), turn("agent", "First part", 2), turn("agent", "second part", 2), turn("user", "typed", 3, { source_medium: "text" })];
  const result = align(turns, { duration: 5 });
  assert.deepEqual(result[0].words, []);
  assert.deepEqual(result[3].words, []);
  assert.ok(result[2].start >= result[1].end - 1e-9);
});

test("Nothing breaks on empty calls and hostile texts", () => {
  assert.deepEqual(align([], { duration: 0 }), []);
  const [odd] = align([turn("agent", "   <b>x</b>   ", 0)], { duration: 0, peaks: { rate: 100, channels: [new Uint8Array(0), new Uint8Array(0)] } });
  assert.equal(odd.words[0].text, "<b>x</b>");
});

test("The word at a time is found, and none between words", () => {
  const words = [{ start: 1, end: 1.5 }, { start: 1.5, end: 2 }, { start: 4, end: 5 }];
  assert.deepEqual([0.5, 1, 1.49, 1.6, 3, 4.5, 9].map((time) => wordAt(words, time)), [-1, 0, 0, 1, -1, 2, -1]);
  assert.equal(wordAt([], 1), -1);
});

test("A call's waterfalls tell when the caller spoke", () => {
  assert.deepEqual(speechesOf([answer(), response("greeting")]), [{ start: 10.8, end: 12.4, words: "What time do you open" }]);
  const [over] = speechesOf([overlap({ basis: "agreement", words: "yes" })]);
  assert.ok(Math.abs(over.start - 19.616) < 1e-9 && Math.abs(over.end - 20.288) < 1e-9);
});

test("The agent's turns find their waterfalls in order", () => {
  const falls = [response("greeting"), overlap({ basis: "words" }), answer()];
  const turns = [turn("agent", "Hello", 3), turn("user", "What time", 11), turn("agent", null, 13), turn("agent", "At nine", 13), turn("agent", "More", 30)];
  assert.deepEqual(waterfallsOf(turns, falls), [0, -1, -1, 2, -1]);
});

test("A response's tools are those of all turns of its event", () => {
  const tool = { tool_name: "clock", tool_latency_secs: 0.5, tool_has_been_called: true };
  const turns = [
    turn("agent", "Hello", 3, { source_event_id: 1, tool_results: [] }),
    turn("agent", null, 12, { source_event_id: 2, tool_results: [tool] }),
    turn("agent", "It is nine", 13, { source_event_id: 2, tool_results: [{ ...tool, tool_name: "mocked", tool_has_been_called: false }] }),
  ];
  assert.deepEqual(toolsOf(turns, [response("greeting"), answer()]), [[], [{ name: "clock", ms: 500 }]]);
});
