import assert from "node:assert/strict";
import { test } from "node:test";
import { filterLines, lineText, lineTime } from "../../../Web/assets/rooms/conversations/lines.js";
import { rowsWithin } from "../../../Web/assets/rooms/conversations/virtual.js";
import { frameOf, measure } from "../../../Web/assets/rooms/conversations/recording.js";
import { axisStep, bars, fit, zoomed } from "../../../Web/assets/components/waveform.js";

test("Only rows near the window exist", () => {
  assert.deepEqual(rowsWithin(-300, 800, 50, 10_000, 5), [0, 15]);
  assert.deepEqual(rowsWithin(100_000, 800, 50, 10_000, 5), [1995, 2021]);
  assert.deepEqual(rowsWithin(499_800, 800, 50, 10_000, 5), [9991, 10_000]);
  assert.deepEqual(rowsWithin(0, 800, 50, 0, 5), [0, 0]);
  assert.deepEqual(rowsWithin(900_000, 800, 50, 10, 5), [10, 10]);
});

test("A log's lines are filtered by kind and words", () => {
  const lines = [{ time: 0, kind: "policy", detail: { patience: 1 } }, { time: 16_000, kind: "voice", detail: { probabilities: [0, 1] } }, { time: 24_080, kind: "event", detail: { ready: { _0: 2 } } }];
  const kinds = (kind, search = "") => filterLines(lines, kind, search).map((line) => line.kind);
  assert.deepEqual(kinds(""), ["policy", "event"]);
  assert.deepEqual(kinds("*"), ["policy", "voice", "event"]);
  assert.deepEqual(kinds("event"), ["event"]);
  assert.deepEqual(kinds("", "READY 1.505"), ["event"]);
  assert.deepEqual(kinds("*", "ready voice"), []);
  assert.equal(lineTime(lines[2]), "1.505");
  assert.equal(lineText(lines[1]), "2 windows of sound");
  assert.equal(lineText({ kind: "x", detail: { text: "a".repeat(500) } }).length, 241);
});

test("An MP3's first frame tells its size", () => {
  assert.deepEqual(frameOf(Uint8Array.of(0xff, 0xf3, 0xa8, 0xc4)), { bytes: 432, samples: 576, rate: 16_000 });
  assert.deepEqual(frameOf(Uint8Array.of(0xff, 0xfb, 0x90, 0x00)), { bytes: 417, samples: 1152, rate: 44_100 });
  assert.equal(frameOf(Uint8Array.of(0x49, 0x44, 0x33, 0x04)), null);
  assert.equal(frameOf(new Uint8Array(2)), null);
});

test("Loudness is the loudest sample of a step", () => {
  const into = new Uint8Array(4);
  measure(Float32Array.of(0, -0.5, 0.1, 0.2, 1.5, 0), 2, into, 1);
  assert.deepEqual([...into], [0, 128, 51, 255]);
});

test("A waveform's view stays within the recording, and zooming keeps a time in its place", () => {
  assert.deepEqual(fit({ start: -5, span: 500 }, 60), { start: 0, span: 60 });
  assert.deepEqual(fit({ start: 58, span: 10 }, 60), { start: 50, span: 10 });
  assert.deepEqual(fit({ start: 0, span: 1 }, 2), { start: 0, span: 2 });
  const near = zoomed({ start: 0, span: 60 }, 2, 30, 60);
  assert.deepEqual(near, { start: 15, span: 30 });
  assert.equal((30 - near.start) / near.span, 0.5);
});

test("Bars show the loudest value under them, and the axis has room for its labels", () => {
  const levels = Uint8Array.of(0, 255, 51, 0, 0, 102);
  assert.deepEqual([...bars(levels, 1, { start: 0, span: 6 }, 3)].map((level) => Number(level.toFixed(1))), [1, 0.2, 0.4]);
  assert.equal(bars(levels, 1, { start: 4, span: 4 }, 4)[3], 0);
  assert.equal(axisStep(60, 900), 5);
  assert.equal(axisStep(1800, 360), 600);
});
