import assert from "node:assert/strict";
import test from "node:test";
import { at, beginsWith, equal, overlap, placed } from "../../../Web/assets/core/paths.js";

test("values are placed without changing what was there", () => {
  const value = Object.freeze({ a: Object.freeze({ b: 1 }), c: Object.freeze([{ d: 1 }]) });
  assert.deepEqual(placed(value, ["a", "x", "y"], 2), { a: { b: 1, x: { y: 2 } }, c: [{ d: 1 }] });
  assert.deepEqual(placed(value, ["c", "0", "d"], 2), { a: { b: 1 }, c: [{ d: 2 }] });
  assert.deepEqual(placed(value, ["a", "b"], undefined), { a: {}, c: [{ d: 1 }] });
  assert.deepEqual(placed(null, ["a"], 1), { a: 1 });
  assert.equal(placed(value, ["a"], value.a).c, value.c);
  assert.equal(at(value, ["a", "b", "c"]), undefined);
  assert.ok(equal([1, { a: null }], [1, { a: null }]) && !equal({ a: undefined }, {}) && !equal([], {}));
  assert.ok(beginsWith(["a", "b"], ["a"]) && overlap(["a"], ["a", "b"]) && !overlap(["a", "c"], ["a", "b"]));
});
