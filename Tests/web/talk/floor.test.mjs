import assert from "node:assert/strict";
import { test } from "node:test";

import { Lanes, floorOf, share } from "../../../Web/assets/talk/floor.js";

test("who has the floor", () => {
  const live = { phase: "live", isPlaying: false, isVoiced: false, since: null };
  assert.equal(floorOf({ ...live, phase: "connecting", isPlaying: true }, 0), "connecting");
  assert.equal(floorOf(live, 0), "listening");
  assert.equal(floorOf({ ...live, isVoiced: true, since: 0 }, 10), "hearing");
  assert.equal(floorOf({ ...live, since: 0 }, 10), "thinking");
  assert.equal(floorOf({ ...live, since: 0 }, 40_000), "listening");
  assert.equal(floorOf({ ...live, isPlaying: true, isVoiced: true, since: 0 }, 10), "speaking");
});

test("lanes keep the loudest of each bar", () => {
  const lanes = new Lanes(1000);
  lanes.add(1010, { you: 0.2 });
  lanes.add(1090, { you: 0.5 });
  lanes.add(1350, { agent: 0.7 });
  lanes.add(1320, { isWaiting: true });
  lanes.add(900, { you: 1 });
  assert.deepEqual(lanes.last(3, 1360), [
    { index: 1, you: 0, agent: 0, isWaiting: false, age: 2 },
    { index: 2, you: 0, agent: 0, isWaiting: false, age: 1 },
    { index: 3, you: 0, agent: 0.7, isWaiting: true, age: 0 },
  ]);
  assert.equal(lanes.last(10, 1360)[0].you, 0.5);
});

test("lanes forget what is old, and survive a gap", () => {
  const lanes = new Lanes(0);
  for (let at = 0; at < 200_000; at += 100) lanes.add(at, { you: 0.5 });
  assert.equal(lanes.last(10_000, 200_000).length, 600);
  lanes.add(0, { you: 1 });
  lanes.add(9_000_000, { agent: 1 });
  assert.deepEqual(lanes.last(10_000, 9_000_000), [{ index: 90_000, you: 0, agent: 1, isWaiting: false, age: 0 }]);
});

test("levels fill the meter from −60 to −12 dBFS", () => {
  assert.deepEqual([-120, -60, -36, -12, 0].map(share), [0, 0, 0.5, 1, 1]);
});
