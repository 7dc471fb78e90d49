import assert from "node:assert/strict";
import { test } from "node:test";
import { get, onSignedOut, post } from "../../../Web/assets/core/api.js";

/** A server that answers 401 until it `isOpen`; an answer that was begun waits for the `gate` of then. */
const server = { isOpen: false, count: 0, gate: null };
globalThis.fetch = async () => {
  server.count += 1;
  const { isOpen } = server;
  await server.gate;
  return new Response(JSON.stringify(isOpen ? { fine: true } : { detail: { message: "No key." } }), { status: isOpen ? 200 : 401 });
};

test("without a way to sign in a refusal is told at once", async () => {
  await assert.rejects(get("/x"), { status: 401, message: "No key." });
});

test("a refused request waits for the sign-in, and is sent again", async () => {
  let asked = 0;
  onSignedOut(async () => {
    asked += 1;
    server.isOpen = true;
  });
  server.count = 0;
  assert.deepEqual(await get("/x"), { fine: true });
  assert.deepEqual([asked, server.count], [1, 2]);
});

test("who signed in while a request was under way is not asked again", async () => {
  let [asked, open] = [0, null];
  onSignedOut(async () => {
    asked += 1;
    server.isOpen = true;
  });
  server.isOpen = false;
  server.gate = new Promise((resolve) => (open = resolve));
  const late = get("/late");
  server.gate = null;
  await get("/x");
  open();
  assert.deepEqual([await late, asked], [{ fine: true }, 1]);
});

test("a key that is refused is told where it was typed", async () => {
  onSignedOut(() => assert.fail("nobody is asked"));
  server.isOpen = false;
  await assert.rejects(post("/v1/parley/session", {}, { asks: false }), { status: 401 });
});

test("who leaves the room meanwhile gets nothing any more", async () => {
  const visit = new AbortController();
  onSignedOut(async () => visit.abort());
  server.count = 0;
  await assert.rejects(get("/x", null, { signal: visit.signal }), { name: "AbortError" });
  assert.equal(server.count, 1);
});
