import assert from "node:assert/strict";
import { test } from "node:test";
import { latest } from "../../../Web/assets/core/poll.js";

test("a later run wins over one that is still on its way, and leaving ends both", () => {
  const visit = new AbortController();
  const signals = [];
  const run = latest(visit.signal, async (signal, word) => signals.push([signal, word]));
  run("first");
  run("second");
  const states = () => signals.map(([signal, word]) => [word, signal.aborted]);
  assert.deepEqual(states(), [["first", true], ["second", false]]);
  visit.abort();
  assert.deepEqual(states(), [["first", true], ["second", true]]);
});
