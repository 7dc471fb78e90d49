import assert from "node:assert/strict";
import { test } from "node:test";
import { changesOf, numberOf, rowsOf, verdict } from "../../../Web/assets/rooms/conversations/policy.js";

const recorded = { patience: 1, evenWait: "800 ms", longestWait: "2.2 s" };

test("Lengths are read with their unit", () => {
  assert.deepEqual(["640 ms", "1.5 s", "-32 ms", 0.8, null, "soon", undefined].map(numberOf), [640, 1500, -32, 0.8, null, null, null]);
});

test("Only what differs is changed, and JSON counts more", () => {
  assert.deepEqual(changesOf({ patience: 1, evenWait: 800, longestWait: 2200 }, recorded, ""), {});
  assert.deepEqual(changesOf({ patience: 0.7, evenWait: 500, oddsWait: null }, recorded, ""), { patience: 0.7, evenWait: "500 ms" });
  assert.deepEqual(changesOf({ patience: 0.7 }, recorded, '{"patience": 2, "usesTurnDetector": false}'), { patience: 2, usesTurnDetector: false });
  assert.throws(() => changesOf({}, recorded, "{"), /This is no JSON/);
  for (const text of ["[]", "3", "null"]) assert.throws(() => changesOf({}, recorded, text), /Write an object/);
});

test("A report becomes rows in the order of time", () => {
  const turn = (end_secs, wait_ms, words = "x") => ({ end_secs, wait_ms, words });
  const rows = rowsOf({
    answered: [{ before: turn(5, 500), after: turn(5, 400) }, { before: turn(1, 300), after: turn(1, 350) }, { before: turn(9, 300), after: turn(9, 300) }],
    cut_off: [turn(7, 250)], waited_for: [turn(8, 600)], new_interruptions: [2], lost_interruptions: [3], enactment_drift_ms: 0,
  });
  assert.deepEqual(rows.map(({ at, kind }) => [at, kind]), [[1, "later"], [2, "stops"], [3, "goes_on"], [5, "earlier"], [7, "cut"], [8, "joined"], [9, "same"]]);
  assert.deepEqual(rows.map(verdict), ["50 ms later", "The agent would stop here", "The agent would no longer stop here", "100 ms earlier", "Cuts the caller off after 250 ms: they went on", "Not answered here: joined with what follows", "As before"]);
});
