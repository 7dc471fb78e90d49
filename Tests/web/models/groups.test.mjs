import assert from "node:assert/strict";
import test from "node:test";
import { failureText, facts, figures, grouped, isFetching, languageText, progressText, share, speedText } from "../../../Web/assets/rooms/models/groups.js";

const model = (id, kind, more = {}) => ({ id, kind, is_installed: false, size_bytes: 1_000_000, fetch: null, ...more });

test("kinds come in a call's order, unknown ones last, and installed models first", () => {
  const groups = grouped([model("voice", "tts"), model("new", "sing"), model("a", "llm"), model("b", "llm", { is_installed: true }), model("vad", "vad")]);
  assert.deepEqual(groups.map(({ kind, models }) => [kind, models.map(({ id }) => id)]), [
    ["vad", ["vad"]],
    ["llm", ["b", "a"]],
    ["tts", ["voice"]],
    ["sing", ["new"]],
  ]);
  assert.equal(groups.at(-1).title, "sing");
});

test("languages have names, and many are counted", () => {
  assert.equal(languageText(["en"]), "English");
  assert.equal(languageText(["en", "de"]), "English, German");
  assert.equal(languageText(["mul"]), "Any language");
  assert.equal(languageText(["not a code"]), "not a code");
  assert.match(languageText(["en", "de", "fr", "es", "it", "nl", "pl"]), /^English, German, French, Spanish, Italian and 2 more$/);
  assert.equal(languageText(undefined), "");
});

test("facts leave out what is not known", () => {
  assert.deepEqual(facts(model("a", "stt", { languages: ["en"], license: "MIT" })), ["English", "1.0 MB", "MIT"]);
  assert.deepEqual(facts(model("a", "tts", { size_bytes: null, real_time_factor: 0.05, memory_mb: 90 })), ["90.0 MB of memory", "20 times as fast as speech"]);
  assert.deepEqual([speedText(0.4), speedText(1.25), speedText(null)], ["2.5 times as fast as speech", "1.3 times slower than speech", null]);
});

test("a fetch is told from its first byte to its preparation", () => {
  assert.equal(progressText({ received_bytes: 0, total_bytes: null }), "Waiting for the first bytes");
  assert.equal(progressText({ received_bytes: 500_000, total_bytes: null }), "500 KB");
  assert.equal(progressText({ received_bytes: 12_000_000, total_bytes: 465_000_000 }), "12.0 MB of 465 MB, 2 %");
  assert.equal(progressText({ received_bytes: 465, total_bytes: 465 }), "Checking and preparing");
  assert.equal(share({ received_bytes: 5, total_bytes: 4 }), 1);
  assert.equal(share({ received_bytes: 5, total_bytes: 0 }), null);
});

test("the figures count what is installed", () => {
  const models = [model("a", "llm", { is_installed: true }), model("b", "tts")];
  const [installed, memory, uptime] = figures({ models, memory_bytes: 1_400_000_000, uptime_secs: 90_061 });
  assert.deepEqual([installed.value, installed.text], ["1 of 2", "1.0 MB on disk"]);
  assert.equal(memory.value, "1.4 GB");
  assert.equal(uptime.value, "1 d 1 h");
});

test("whether something is being fetched", () => {
  assert.equal(isFetching([model("a", "llm"), model("b", "tts", { fetch: { state: "failed" } })]), false);
  assert.equal(isFetching([model("b", "tts", { fetch: { state: "running" } })]), true);
});

test("why a fetch failed stands without the marks of a list", () => {
  assert.equal(failureText({ error: "- a is missing\n  - b too\nRemedy: make-up" }), "a is missing\nb too\nRemedy: make-up");
  assert.match(failureText({ error: null }), /server's log/);
});
