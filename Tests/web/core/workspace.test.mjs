import assert from "node:assert/strict";
import { test } from "node:test";
import { choices, missingText } from "../../../Web/assets/core/workspace.js";

const { signal } = new AbortController();

test("lists that cannot be read are empty, and named with the reason", async () => {
  globalThis.fetch = async (path) =>
    path.startsWith("/v1/convai/agents") ? new Response('{"agents": [{"agent_id": "a"}]}') : new Response('{"detail": {"message": "The database is locked."}}', { status: 500 });
  const known = await choices(signal);
  assert.deepEqual([known.agents.length, known.secrets, known.connections], [1, [], []]);
  assert.equal(missingText(known.missing), "The auth connections and secrets could not be fetched, so none can be chosen here. The database is locked. What is set already stays as it is.");
});

test("nothing is missing where all lists come, and who leaves meanwhile gets none", async () => {
  globalThis.fetch = async (path, { signal }) => (signal.throwIfAborted(), new Response('{"auth_connections": []}'));
  assert.deepEqual((await choices(signal)).missing, []);
  await assert.rejects(choices(AbortSignal.abort()));
});
