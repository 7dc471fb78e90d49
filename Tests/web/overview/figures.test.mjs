import assert from "node:assert/strict";
import test from "node:test";
import { chartsOf, liveWords, minutes, rangeOf, tilesOf } from "../../../Web/assets/rooms/overview/figures.js";
import { stepsFor } from "../../../Web/assets/rooms/overview/first-steps.js";

const total = { calls: 40, seconds: 4800, failed: 1, turns: 200, interruptions: 30, latency_ms: { p50: 640, p95: 1210 } };
const nothing = { calls: 0, seconds: 0, failed: 0, turns: 0, interruptions: 0, latency_ms: null };

test("a period begins at the reader's midnight and ends now", () => {
  const now = new Date(2026, 2, 10, 15, 30);
  const today = rangeOf("today", now);
  assert.equal(today.from, new Date(2026, 2, 10) / 1000);
  assert.equal(today.to, now / 1000);
  assert.equal(today.step, 3600);
  assert.equal(rangeOf("week", now).from, new Date(2026, 2, 4) / 1000);
  assert.equal(rangeOf("month", now).from, new Date(2026, 1, 9) / 1000);
  assert.deepEqual(rangeOf("century", now), rangeOf("week", now));
});

test("tiles say what the figures mean, and nothing of what there is not", () => {
  const tiles = tilesOf(total);
  assert.deepEqual(tiles.map(({ value }) => value), ["40", "80", "640 ms", "1", "30"]);
  assert.deepEqual(tiles.map(({ note }) => note), ["200 turns", "2:00 a call", "95 of 100 answers within 1.21 s", "2.5 % of all calls", "0.15 a turn of the caller"]);
  assert.ok(tilesOf(nothing).every(({ value, note }) => !`${value}${note}`.match(/NaN|null|undefined|Infinity/)));
});

test("charts have as many values as times, and gaps where nobody was answered", () => {
  const steps = [{ start_time_unix_secs: 0, ...total }, { start_time_unix_secs: 3600, ...nothing }];
  for (const { series, times, format } of chartsOf(steps)) {
    for (const { values } of series) {
      assert.equal(values.length, times.length);
      for (const value of values) assert.doesNotMatch(format(value), /NaN|null|undefined/);
    }
  }
  assert.deepEqual(chartsOf(steps)[1].series[0].values, [640, null]);
  assert.deepEqual(chartsOf([]).map(({ times }) => times), [[], [], [], []]);
});

test("minutes have a decimal while they are few", () => {
  assert.deepEqual([0, 30, 540, 36_000].map(minutes), ["0", "0.5", "9", "600"]);
});

test("words for calls in progress", () => {
  assert.deepEqual([0, 1, 2].map(liveWords), ["Nobody is calling", "1 call in progress", "2 calls in progress"]);
});

test("the first steps lead to the demo agent, to another, or to making one", () => {
  const steps = stepsFor([{ agent_id: "agent_1", name: "Clara" }, { agent_id: "agent_demo7receptionist00000000000", name: "Mia" }]);
  assert.match(steps[0].title, /Mia/);
  assert.match(steps[1].href, /agent_demo/);
  assert.match(stepsFor([{ agent_id: "agent_1", name: "Clara" }])[0].title, /Clara/);
  assert.equal(stepsFor([])[0].href, "#/agents/new");
});
