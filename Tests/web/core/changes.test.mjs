import assert from "node:assert/strict";
import { test } from "node:test";
import { difference, patchOf, saveVersion } from "../../../Web/assets/core/changes.js";

/** A server that holds one thing, and counts its versions up. `isVersioned` false: it tells none and checks none. */
function serve(value, { isVersioned = true } = {}) {
  const server = { value, number: 1, asked: [] };
  const tag = () => `"${server.number}"`;
  globalThis.fetch = async (path, { method, headers, body }) => {
    server.asked.push(method);
    const isStale = headers["if-match"] && headers["if-match"] !== tag();
    if (method === "PATCH" && !isStale) server.change(JSON.parse(body));
    const answer = isStale ? { detail: { status: "thing_changed", message: "It was changed." } } : server.value;
    return new Response(JSON.stringify(answer), { status: isStale ? 412 : 200, headers: isVersioned ? { etag: tag() } : {} });
  };
  server.change = (members) => {
    server.value = { ...server.value, ...members };
    server.number += 1;
  };
  return server;
}

/** Somebody who edits the thing; `choice` is what they answer to each conflict. */
function editing(server, { version = '"1"', choice } = {}) {
  const work = { base: server.value, current: server.value, version, asked: 0 };
  work.save = () => saveVersion({
    path: "/thing", work,
    body: () => patchOf(difference(work.base, work.current)),
    read: (now) => now,
    take: ({ base, current }) => Object.assign(work, { base, current }),
    ask: async (conflicts) => ((work.asked += 1), choice && conflicts.map(() => choice === "mine")),
  });
  return work;
}

test("what nobody else has changed is saved with one request", async () => {
  const server = serve({ a: 1, b: 1 });
  const work = editing(server);
  work.current = { a: 2, b: 1 };
  const { value, others } = await work.save();
  assert.deepEqual([value, work.version, others, server.asked], [{ a: 2, b: 1 }, '"2"', [], ["PATCH"]]);
});

test("what somebody else has changed elsewhere is kept, and told", async () => {
  const server = serve({ a: 1, b: 1 });
  const work = editing(server);
  work.current = { a: 2, b: 1 };
  server.change({ b: 7 });
  const { others } = await work.save();
  assert.deepEqual([server.value, others.map(({ path }) => path), work.asked], [{ a: 2, b: 7 }, [["b"]], 0]);
  assert.deepEqual(server.asked, ["PATCH", "GET", "PATCH"]);
});

test("of what both have changed the person chooses; either way the other one's further changes stay", async () => {
  for (const [choice, a] of [["mine", 2], ["theirs", 9]]) {
    const server = serve({ a: 1, b: 1, c: 1 });
    const work = editing(server, { choice });
    work.current = { a: 2, b: 2, c: 1 };
    server.change({ a: 9, c: 9 });
    await work.save();
    assert.deepEqual([server.value, work.asked], [{ a, b: 2, c: 9 }, 1]);
  }
});

test("who decides later overwrites nothing, and is asked again", async () => {
  const server = serve({ a: 1 });
  const work = editing(server);
  work.current = { a: 2 };
  server.change({ a: 9 });
  assert.equal(await work.save(), null);
  assert.equal(await work.save(), null);
  assert.deepEqual([server.value, work.current, work.asked], [{ a: 9 }, { a: 2 }, 2]);
});

test("when the other one had the same idea there is nothing left to send", async () => {
  const server = serve({ a: 1 });
  const work = editing(server);
  work.current = { a: 2 };
  server.change({ a: 2 });
  const { value } = await work.save();
  assert.deepEqual([value, work.version, work.asked], [null, '"2"', 0]);
});

test("a save between the reading and the sending is noticed too", async () => {
  const server = serve({ a: 1, b: 1, c: 1 });
  const work = editing(server);
  work.current = { a: 2, b: 1, c: 1 };
  server.change({ b: 5 });
  const { fetch } = globalThis;
  let isLate = false;
  globalThis.fetch = async (path, options) => {
    const answer = await fetch(path, options);
    if (options.method === "GET" && !isLate) (isLate = true), server.change({ c: 5 });
    return answer;
  };
  await work.save();
  assert.deepEqual(server.value, { a: 2, b: 5, c: 5 });
});

test("a server that tells no versions is read before", async () => {
  const server = serve({ a: 1, b: 1 }, { isVersioned: false });
  const work = editing(server, { version: null });
  work.current = { a: 2, b: 1 };
  server.change({ b: 5 });
  await work.save();
  assert.deepEqual([server.value, server.asked], [{ a: 2, b: 5 }, ["GET", "PATCH"]]);
});
