import assert from "node:assert/strict";
import test from "node:test";
import { consequences } from "../../../Web/assets/rooms/keys/words.js";

test("the last key is warned of, by what its loss means for the server", () => {
  const key = { name: "CI" };
  assert.doesNotMatch(consequences(key, { count: 2, needsKey: true }), /last key/);
  assert.match(consequences(key, { count: 1, needsKey: true }), /CI is refused.*last key.*nobody can sign in.*parley keys create/);
  assert.match(consequences(key, { count: 1, needsKey: false }), /last key.*this machine/);
});
