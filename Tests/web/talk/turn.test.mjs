import assert from "node:assert/strict";
import { test } from "node:test";

import { Latency, SilenceWatch, VoiceGate } from "../../../Web/assets/talk/turn.js";

function feed(gate, from, until, level) {
  for (let at = from; at <= until; at += 20) gate.input(level, at);
}

test("a voice is what is well above the noise, and lasts", () => {
  const gate = new VoiceGate();
  feed(gate, 0, 1000, -65);
  assert.equal(gate.isOn(1000), false);
  gate.input(-20, 1020);
  gate.input(-65, 1040);
  assert.equal(gate.isOn(1040), false, "a tap is no voice");
  feed(gate, 1400, 2000, -25);
  feed(gate, 2020, 2200, -65);
  assert.equal(gate.lastVoice, 2000);
  assert.equal(gate.isOn(2200), true);
  assert.equal(gate.isOn(2300), false);
});

test("steady noise becomes the background", () => {
  const gate = new VoiceGate();
  feed(gate, 0, 20_000, -40);
  assert.equal(gate.isOn(20_000), false);
  feed(gate, 20_020, 20_500, -20);
  assert.equal(gate.isOn(20_500), true);
});

test("latency is measured from the end of the voice", () => {
  const [gate, latency] = [new VoiceGate(), new Latency()];
  feed(gate, 0, 500, -70);
  feed(gate, 520, 1500, -20);
  feed(gate, 1520, 2000, -70);
  latency.user(1, 2000, gate);
  assert.deepEqual(latency.began(1, 2300), { eventID: 1, milliseconds: 800, from: "voice" });
  assert.equal(latency.began(1, 2400), null, "an answer counts once");
  assert.equal(latency.answers.length, 1);
});

test("and from the transcript where the level showed no voice", () => {
  const latency = new Latency();
  latency.user(1, 2000, new VoiceGate());
  assert.deepEqual(latency.began(1, 2300), { eventID: 1, milliseconds: 300, from: "transcript" });
});

test("another turn's sound is no answer", () => {
  const latency = new Latency();
  latency.began(1, 100);
  latency.user(3, 2000, new VoiceGate());
  assert.equal(latency.began(2, 2100), null);
  assert.equal(latency.began(3, 2400).milliseconds, 400);
});

test("a typed turn is answered by the next new sound", () => {
  const latency = new Latency();
  latency.began(1, 100);
  latency.typed(1000);
  assert.equal(latency.began(1, 1100), null);
  assert.deepEqual(latency.began(2, 1600), { eventID: 2, milliseconds: 600, from: "typed" });
});

test("a microphone without a sound is dead after 8 seconds, one that was heard only when it is switched off", () => {
  const watch = new SilenceWatch();
  const run = (seconds, level, counts = true) => {
    for (let chunk = 0; chunk < seconds * 50; chunk++) watch.input(level, 20, counts);
    return watch.isSilent;
  };
  assert.equal(run(7.9, -70), false);
  assert.equal(run(0.2, -70), true);
  assert.equal(run(0.1, -30), false);
  assert.equal(run(20, -70), false, "a listener is quiet");
  assert.equal(run(20, -120, false), false, "muted, or listening to the agent");
  assert.equal(run(9, -120), true);
  watch.reset();
  assert.equal(watch.isSilent, false);
});

test("a greeting of which nothing was heard is not the answer to a typed turn", () => {
  const latency = new Latency();
  latency.typed(1000);
  assert.equal(latency.began(1, 1080).milliseconds, 80);
  assert.equal(latency.unheard(1), true);
  assert.equal(latency.unheard(1), false);
  assert.equal(latency.began(2, 2100).milliseconds, 1100);
  assert.deepEqual(latency.answers.map(({ eventID }) => eventID), [2]);
});
