import assert from "node:assert/strict";
import test from "node:test";
import { barPlaces, hasValues, rows, stepOf, tickSteps, tickTexts, timeText, valueText } from "../../../Web/assets/components/chart-data.js";

const london = { zone: "UTC", locale: "en-GB" };
const NOON = Date.UTC(2026, 2, 14, 12) / 1000;

test("values are written with their unit", () => {
  assert.equal(valueText("ms")(480), "480 ms");
  assert.equal(valueText("ms")(1250), "1.25 s");
  assert.equal(valueText("calls")(3), "3 calls");
  assert.equal(valueText("")(0), "0");
  for (const nothing of [null, undefined, NaN]) assert.equal(valueText("calls")(nothing), "—");
});

test("times have as much of them as their distance asks for", () => {
  assert.equal(timeText(NOON, 86_400, london), "14 Mar");
  assert.equal(timeText(NOON, 3600, london), "14 Mar, 12:00");
  assert.equal(timeText(NOON, 10, london), "14 Mar, 12:00:00");
  assert.equal(stepOf([0, 7200, 10_800]), 3600);
  assert.equal(stepOf([0]), 86_400);
});

test("an axis names each day once", () => {
  const ticks = [NOON, NOON + 6 * 3600, NOON + 12 * 3600, NOON + 18 * 3600];
  assert.deepEqual(tickTexts(ticks, 6 * 3600, london), ["12:00\n14 Mar", "18:00", "00:00\n15 Mar", "06:00"]);
  assert.deepEqual(tickTexts([NOON, NOON + 86_400], 86_400, london), ["14 Mar", "15 Mar"]);
});

test("the table says what the chart shows, with gaps", () => {
  const data = { times: [NOON, NOON + 3600], unit: "ms", series: [{ name: "p50", values: [400, null] }, { name: "p95", values: [900] }] };
  assert.deepEqual(rows(data, london), [
    ["14 Mar, 12:00", "400 ms", "900 ms"],
    ["14 Mar, 13:00", "—", "—"],
  ]);
  assert.equal(hasValues(data.series), true);
  assert.equal(hasValues([{ values: [null, NaN] }, { values: [] }]), false);
});

test("bars of one time stand beside each other, and apart from those of the next", () => {
  const times = [0, 100, 200];
  const [first, second] = [barPlaces(times, 0, 2), barPlaces(times, 1, 2)];
  assert.equal(first.starts[1] + first.width, second.starts[1]);
  assert.ok(second.starts[0] + second.width < first.starts[1]);
  const middle = (first.starts[1] + second.starts[1] + second.width) / 2;
  assert.ok(Math.abs(middle - 100) < 1e-9);
});

test("whole values have whole ticks", () => {
  assert.ok(tickSteps([{ values: [1, 2, null] }]).every(Number.isInteger));
  assert.ok(tickSteps([{ values: [0.25] }])[0] < 0.25);
});
