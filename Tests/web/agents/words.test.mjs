import assert from "node:assert/strict";
import { test } from "node:test";
import { shown, spelledOut } from "../../../Web/assets/core/format.js";
import { languageTitle, readWarning, variablesIn } from "../../../Web/assets/rooms/agents/words.js";

test("variables are found as the server finds them", () => {
  const texts = ["Hello {{name}}, {{ order-id }} of {{system__time}}", "{{name}} {{Größe}} {{a.b}}", undefined, 7];
  assert.deepEqual(variablesIn(texts).map(({ name }) => name), ["name", "order-id", "system__time", "Größe", "a.b"]);
});

test("braces around something else are text", () => {
  assert.deepEqual(variablesIn(["{name} {{}} {{1st}} {{two words}} {{a", "{{{x}}}"]).map(({ name }) => name), ["x"]);
});

test("the server's own variables need no value", () => {
  const by = Object.fromEntries(variablesIn(["{{system__time}} {{system_env__HOST}} {{secret__key}} {{name}}"]).map(({ name, by }) => [name, by]));
  assert.deepEqual(by, { system__time: "server", system_env__HOST: "server", secret__key: "server", name: "caller" });
});

test("a setting that is stored and not followed is told from one that something stands in for", () => {
  assert.deepEqual(readWarning("turn.mode: not followed on this server: the agent always waits."), {
    path: ["conversation_config", "turn", "mode"],
    text: "The agent always waits.",
    isStored: true,
  });
  assert.deepEqual(readWarning('agent.prompt.llm: "gpt-9" is not configured on this server; "small" is used instead.'), {
    path: ["conversation_config", "agent", "prompt", "llm"],
    text: '"gpt-9" is not configured on this server; "small" is used instead.',
    isStored: false,
  });
});

test("warnings of platform settings, of lists and of short names have their places", () => {
  const place = (text) => readWarning(text).path;
  assert.deepEqual(place("platform_settings.call_limits.daily_limit: not followed on this server: calls per day are not counted."), ["platform_settings", "call_limits", "daily_limit"]);
  assert.deepEqual(place("tts.supported_voices.0.voice_id: \"x\" is not configured."), ["conversation_config", "tts", "supported_voices", "0", "voice_id"]);
  assert.deepEqual(place("prompt.tool_ids: there is no tool tool_1; the call goes on without it."), ["conversation_config", "agent", "prompt", "tool_ids"]);
  assert.deepEqual(place("language_presets.de.overrides.turn.mode: not followed on this server: x."), ["conversation_config", "language_presets", "de", "overrides", "turn", "mode"]);
});

test("other warnings stay as they are", () => {
  for (const text of ["Tool book: a name has 1 to 64 letters.", "MCP server Wiki: it has no URL; the call goes on without it."]) {
    assert.deepEqual(readWarning(text), { path: null, text, isStored: false });
  }
});

test("values to compare", () => {
  assert.deepEqual([undefined, null, "", true, false, 3, ["a"], "<b>x</b>"].map(shown), ["(nothing)", "(nothing)", "(nothing)", "on", "off", "3", '[\n  "a"\n]', "<b>x</b>"]);
});

test("names of settings and languages", () => {
  assert.equal(spelledOut(["a", "max_tokens"]), "Max tokens");
  assert.equal(languageTitle("de"), "German (de)");
  assert.equal(languageTitle("not a code"), "not a code");
});
