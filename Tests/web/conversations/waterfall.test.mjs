import assert from "node:assert/strict";
import { test } from "node:test";
import { criticalPath, lanes, longest, oddsText, seconds, stepText, ticks } from "../../../Web/assets/rooms/conversations/waterfall.js";
import { answer, overlap, response } from "./waterfalls.mjs";

test("Odds are said as people say them", () => {
  assert.deepEqual([0, 2.2, -2.2, 0.7, -0.5, 9].map(oddsText), ["even", "9 to 1", "1 to 9", "2 to 1", "1 to 1.6", "more than 100 to 1"]);
});

test("The critical path has no gaps and ends when the answer was heard", () => {
  for (const waterfall of [answer(), answer({}, { late: 500 }), answer({ wait_ms: 100 }), response("greeting"), answer({ basis: "noise" }), answer({ basis: "missingTranscript" })]) {
    const path = criticalPath(waterfall);
    assert.equal(path[0].from, 0);
    for (let index = 1; index < path.length; index += 1) assert.equal(path[index].from, path[index - 1].to);
    assert.equal(path.at(-1).to, waterfall.answered_after_ms);
  }
  assert.deepEqual(criticalPath(overlap({ basis: "words" })), []);
});

test("The path names the wait, what came late, and the making", () => {
  assert.deepEqual(criticalPath(answer()).map(({ id }) => id), ["wait"]);
  assert.deepEqual(criticalPath(answer({}, { late: 500 })).map(({ id }) => id), ["wait", "model", "clause", "voice", "reserve", "gate"]);
  assert.deepEqual(criticalPath(answer({ wait_ms: 150 })).map(({ id }) => id), ["wait", "sound"]);
  assert.equal(longest(criticalPath(answer({}, { late: 900 }))).id, "model");
  assert.equal(longest([]), null);
});

test("An answer that was begun only later names that", () => {
  const waterfall = answer({}, { late: 500 });
  waterfall.steps = waterfall.steps.map((step) => (step.step === "prepare" ? { ...step, at_ms: 600 } : step));
  assert.deepEqual(criticalPath(waterfall)[1], { id: "begin", from: 448, to: 600 });
});

test("Every step of the log has a name and says its numbers", () => {
  const all = [
    { step: "speech" }, { step: "soft_end", pause: 3 }, { step: "transcript", words: "yes", work_ms: 40 }, { step: "verdict", probability: 0.5, work_ms: null },
    { step: "ending", words: "yes", probability: 0.9 }, { step: "prepare", response: 2, words: "" }, { step: "discard", response: 2 }, { step: "first_token" },
    { step: "first_clause" }, { step: "first_audio" }, { step: "safe", queued_ms: 500, needed_ms: 300 }, { step: "ready" },
    { step: "turn_over", silence_ms: 500, wait_ms: 480 }, { step: "gate_open", response: 2 }, { step: "heard" }, { step: "second_audio", left_ms: 100 },
    { step: "braked" }, { step: "ducked" }, { step: "held" }, { step: "full" }, { step: "settled", takes_floor: true, speech_ms: 300, words: "stop" }, { step: "interrupt" },
    { step: "bridged" }, { step: "failed", engine: "gpt-x", message: "Too many requests." }, { step: "apology" },
  ];
  for (const step of all) {
    const { name, text } = stepText({ ...step, at_ms: 0 });
    assert.match(name, /^[A-Z]/);
    assert.doesNotMatch(text, /undefined|null|NaN/, step.step);
  }
  assert.match(stepText(all[2]).text, /“yes”\. The recogniser worked 0\.04 s\./);
  assert.match(stepText({ step: "transcript", words: "yes", work_ms: 0 }).text, /It was there already/);
  assert.deepEqual(stepText({ step: "some_day", at_ms: 1, load: 2 }), { name: "some day", text: "load 2" });
});

test("Lanes hold what is within the drawing, and long speech does not squeeze the rest", () => {
  const waterfall = answer();
  waterfall.steps[0].at_ms = -60_000;
  const drawn = lanes(waterfall);
  assert.deepEqual(drawn.lanes.map(({ title }) => title), ["Hearing", "Judging", "Thinking", "Speaking", "Heard"]);
  assert.ok(drawn.from > -3000 && drawn.to > 448);
  for (const { items } of drawn.lanes) for (const item of items) assert.ok(item.step >= 0 && (item.to === undefined || item.to >= item.from));
  const wait = drawn.lanes[1].items.find(({ tone }) => tone === "wait");
  assert.deepEqual([wait.from, wait.to], [0, 448]);
});

test("An overlap's lanes show how the agent yielded; a response has no lane for hearing", () => {
  const { lanes: drawn } = lanes(overlap({ basis: "words" }));
  assert.deepEqual(drawn.map(({ title }) => title), ["Hearing", "Agent", "Decision"]);
  assert.deepEqual(drawn[1].items.map(({ tone, from, to }) => [tone, from, to]), [["ducked", 0, 32], ["held", 32, 288]]);
  assert.deepEqual(lanes(response("greeting")).lanes.map(({ title }) => title), ["Thinking", "Speaking", "Heard"]);
});

test("An axis has some round numbers", () => {
  assert.deepEqual(ticks(-100, 1050), [0, 200, 400, 600, 800, 1000]);
  assert.ok(ticks(0, 37).length >= 3);
  assert.equal(seconds(1234), "1.23 s");
});
