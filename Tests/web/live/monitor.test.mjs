import assert from "node:assert/strict";
import test from "node:test";
import { command, meaning, pauseAfter, resumes } from "../../../Web/assets/rooms/live/monitor.js";

test("commands have parameters only where they need them", () => {
  assert.deepEqual(command("end_call"), { command_type: "end_call" });
  assert.deepEqual(command("send_human_message", { text: "Hello" }), { command_type: "send_human_message", parameters: { text: "Hello" } });
});

test("a closed socket means an end, a refusal or a loss", () => {
  assert.equal(meaning({ isLive: false, wasOpen: true, code: 1006 }), "ended");
  assert.equal(meaning({ isLive: true, wasOpen: true, code: 1008 }), "refused");
  assert.equal(meaning({ isLive: true, wasOpen: false, code: 1006 }), "refused");
  assert.equal(meaning({ isLive: true, wasOpen: true, code: 1006 }), "lost");
  assert.equal(meaning({ isLive: null, wasOpen: false, code: 1006 }), "lost");
});

test("a takeover is resumed while the server keeps it", () => {
  assert.deepEqual([0, 14_000, 15_000].map((passed) => resumes(1000, 1000 + passed)), [true, true, false]);
});

test("pauses between tries grow up to a bound", () => {
  assert.deepEqual([1, 2, 3, 20].map(pauseAfter), [500, 1000, 2000, 2000]);
});
