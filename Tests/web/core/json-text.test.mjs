import assert from "node:assert/strict";
import { test } from "node:test";
import { readJSON, startOf } from "../../../Web/assets/core/json-text.js";

const text = `{
  "name": "Mia",
  "conversation_config": {
    "turn": {
      "turn_timeout": 7
    },
    "agent": {"prompt": {
      "prompt": "two\\nlines", "tools": [
        {"name": "a"},
        {"name": "b"}
      ]
    }}
  }
}`;

test("the value is JSON's own", () => {
  const { value, error } = readJSON(text);
  assert.equal(error, null);
  assert.deepEqual(value, JSON.parse(text));
});

test("each place has its line", () => {
  const { lineOf } = readJSON(text);
  const config = "conversation_config";
  assert.deepEqual(
    [[], ["name"], [config], [config, "turn", "turn_timeout"], [config, "agent", "prompt"], [config, "agent", "prompt", "prompt"], [config, "agent", "prompt", "tools", "1", "name"]].map(lineOf),
    [1, 2, 3, 5, 7, 8, 10],
  );
});

test("a place that is not there has the line of what is around it", () => {
  const { lineOf } = readJSON(text);
  assert.equal(lineOf(["conversation_config", "turn", "turn_eagerness"]), 4);
  assert.equal(lineOf(["conversation_config", "agent", "prompt", "tools", 1, "type"]), 10);
  assert.equal(lineOf(["platform_settings", "auth"]), 1);
});

test("names with points and quotation marks are told apart", () => {
  const { lineOf } = readJSON('{\n"a.b": 1,\n"a": {\n"b": 2,\n"say \\"hi\\"": 3}}');
  assert.deepEqual([lineOf(["a.b"]), lineOf(["a", "b"]), lineOf(["a", 'say "hi"'])], [2, 4, 5]);
});

const mistakes = [
  ['{\n  "a": 1\n  "b": 2\n}', 2, /comma or } is missing after/],
  ['{\n  "a": 1,\n}', 2, /comma too many before }/],
  ["[1,\n2,\n]", 2, /comma too many before ]/],
  ['{\n  "a": "x\n}', 2, /not closed/],
  ['{\n  "a"  1\n}', 2, /colon/],
  ['{\n  a: 1\n}', 2, /name in double quotation marks/],
  ["{\n  \"a\": 'x'\n}", 2, /double quotation marks/],
  ['{\n  "a": yes\n}', 2, /yes is no value/],
  ['{\n  "a": 01\n}', 2, /01 is no value/],
  ['{\n  "a": \n}', 3, /value is missing before }/],
  ['{\n  "a": [1, 2\n', 3, /] is missing at the end/],
  ['{"a": 1}\n{', 2, /more text after the end/],
  ['{\n"a": "\\x"}', 2, /backslash/],
  ['{\n"a": "tab\there"}', 2, /tab/],
  ["", 1, /value is missing at the end/],
  ["{\n", 2, /name in double quotation marks/],
  ["[".repeat(100_000), 1, /levels/],
];

test("mistakes are told in words, at their line", () => {
  for (const [broken, line, message] of mistakes) {
    assert.throws(() => JSON.parse(broken));
    const { error } = readJSON(broken);
    assert.equal(error.line, line, broken.slice(0, 40));
    assert.match(error.message, message);
  }
});

test("everything else that JSON takes is taken", () => {
  for (const value of ['"\\ud83d\\ude00 \\u00e9"', "-0.5e+10", "[]", "{}", "[[], {}, null, true, false]", ' {"a" :\t1 } \r\n']) {
    assert.equal(readJSON(value).error, null, value);
  }
});

test("a text of 100 KB in one value is read at once", () => {
  const long = JSON.stringify({ prompt: "Wörter \"und\" Zeilen\n".repeat(6000) });
  const start = performance.now();
  assert.equal(readJSON(long).error, null);
  assert.ok(performance.now() - start < 100);
});

test("lines begin where they are shown, and one beyond the end is the last", () => {
  const text = "{\n  \"a\": 1\n}";
  assert.deepEqual([1, 2, 3, 9, 0].map((line) => startOf(text, line)), [0, 2, 11, 11, 0]);
});
