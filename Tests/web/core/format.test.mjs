import assert from "node:assert/strict";
import test from "node:test";
import { languageName, listed, pretty } from "../../../Web/assets/core/format.js";

test("lists of names", () => {
  assert.deepEqual([[], ["a"], ["a", "b"], ["a", "b", "c"], ["a", "b", "c", "d", "e", "f"]].map((words) => listed(words, 4)), ["", "a", "a and b", "a, b and c", "a, b, c and 3 more"]);
});

test("languages and JSON", () => {
  assert.equal(languageName("de") === "de" || languageName("de").length > 2, true);
  assert.equal(languageName("not a code"), "not a code");
  assert.equal(pretty('{"a":1}'), '{\n  "a": 1\n}');
  assert.equal(pretty("plain"), "plain");
  assert.equal(pretty(undefined), "");
});
