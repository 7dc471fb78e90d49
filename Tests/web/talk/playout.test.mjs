import assert from "node:assert/strict";
import { test } from "node:test";

import { Playout } from "../../../Web/assets/talk/playout.js";
import { Resampler } from "../../../Web/assets/talk/resampler.js";

const RATE = 16_000;
const voice = (seconds) => new Float32Array(Math.round(seconds * RATE)).fill(0.5);

/** Plays so many seconds, and gives what came of it. */
function run(playout, seconds) {
  const samples = [];
  const began = [];
  const round = new Float32Array(128);
  while (samples.length < seconds * RATE) {
    const report = playout.fill(round);
    if (report.began !== null) began.push(report.began);
    samples.push(...round);
  }
  return { samples, began, loudest: Math.max(...samples.map(Math.abs)) };
}

test("playing begins once 40 ms are there, or have passed", () => {
  const playout = new Playout(RATE, RATE);
  playout.add(voice(0.02), 1);
  assert.equal(run(playout, 0.02).loudest, 0);
  playout.add(voice(0.04), 1);
  const { began, loudest } = run(playout, 0.02);
  assert.deepEqual([began, loudest], [[1], 0.5]);
  const short = new Playout(RATE, RATE);
  short.add(voice(0.01), 1);
  assert.equal(run(short, 0.1).loudest, 0.5);
});

test("nothing is heard 50 ms after it was cleared, and what comes next is", () => {
  const playout = new Playout(RATE, RATE);
  playout.add(voice(5), 1);
  run(playout, 1);
  playout.clear();
  run(playout, 0.01);
  assert.equal(playout.isPlaying, false);
  assert.ok(run(playout, 0.04).samples.slice(-128).every((sample) => Math.abs(sample) < 0.01));
  const heard = playout.played.get(1);
  assert.ok(heard > 1 && heard < 1.03);
  playout.add(voice(0.5), 2);
  const after = run(playout, 0.6);
  assert.deepEqual(after.began, [2]);
  assert.ok(Math.abs(playout.played.get(2) - 0.5) < 0.001);
  assert.equal(playout.played.get(1), heard);
});

test("what is cleared before it began is never heard", () => {
  const playout = new Playout(RATE, RATE);
  playout.add(voice(0.02), 1);
  playout.clear();
  assert.equal(run(playout, 0.2).loudest, 0);
});

test("voice that comes during the fade replaces it", () => {
  const playout = new Playout(RATE, RATE);
  playout.add(voice(1), 1);
  run(playout, 0.1);
  playout.clear();
  playout.add(voice(0.1), 2);
  run(playout, 0.5);
  assert.ok(playout.played.get(1) < 0.15);
  assert.ok(Math.abs(playout.played.get(2) - 0.1) < 0.001);
});

test("there is no jump where the queue begins and runs dry", () => {
  const playout = new Playout(RATE, RATE);
  playout.add(voice(0.1), 1);
  const { samples } = run(playout, 0.3);
  for (let index = 1; index < samples.length; index++) assert.ok(Math.abs(samples[index] - samples[index - 1]) < 0.01);
});

test("the cushion grows when voice comes late, and shrinks with the next turns", () => {
  const playout = new Playout(RATE, RATE);
  for (let round = 0; round < 10; round++) {
    playout.add(voice(0.05), 1);
    run(playout, 0.5 * 0.3);
  }
  assert.ok(playout.cushion > 0.1 && playout.cushion <= 0.24);
  for (let turn = 2; turn < 20; turn++) {
    playout.add(voice(0.3), turn);
    run(playout, 1);
  }
  assert.equal(playout.cushion, 0.04);
});

test("a queue beyond two minutes takes nothing more", () => {
  const playout = new Playout(RATE, RATE);
  for (let minute = 0; minute < 5; minute++) playout.add(voice(50), 1);
  assert.equal(playout.queued, 100 * RATE);
});

test("resampling keeps a tone and its length, chunk by chunk", () => {
  for (const [from, to] of [[48_000, 16_000], [44_100, 16_000], [16_000, 48_000], [8000, 48_000], [24_000, 44_100]]) {
    const resampler = new Resampler(from, to);
    const output = [];
    for (let start = 0; start < from; start += 128) {
      output.push(...resampler.process(Float32Array.from({ length: 128 }, (_, index) => Math.sin((2 * Math.PI * 440 * (start + index)) / from))));
    }
    assert.ok(Math.abs(output.length - to) < 0.02 * to, `${from} → ${to}: ${output.length}`);
    const middle = output.slice(Math.floor(to * 0.3), Math.floor(to * 0.7));
    const rms = Math.sqrt(middle.reduce((sum, sample) => sum + sample * sample, 0) / middle.length);
    assert.ok(Math.abs(rms - Math.SQRT1_2) < 0.01, `${from} → ${to}: ${rms}`);
    const crossings = middle.filter((sample, index) => index > 0 && sample >= 0 !== middle[index - 1] >= 0).length;
    assert.ok(Math.abs(crossings / 2 / 0.4 - 440) < 5);
  }
});
