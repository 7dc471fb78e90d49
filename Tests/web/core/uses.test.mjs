import assert from "node:assert/strict";
import test from "node:test";
import { hasMore, usesOf } from "../../../Web/assets/core/uses.js";

test("everything that uses a secret is named, with its place", () => {
  const uses = usesOf({
    agents: [{ type: "available", id: "agent_1", name: "Clara" }],
    tools: [{ id: "tool_1", name: "" }],
    mcp_servers: [{ id: "mcp_1", name: "Time" }],
    phone_numbers: [],
    others: ["conversation_initiation_webhook", "something_new"],
  });
  assert.deepEqual(
    uses.map(({ kind, name, place }) => [kind, name, place]),
    [
      ["Agent", "Clara", ["agents", "agent_1"]],
      ["Tool", "tool_1", ["tools", "tool_1"]],
      ["MCP server", "Time", ["mcp", "mcp_1"]],
      ["Settings", "webhook at the beginning of calls", ["settings"]],
      ["Other", "something_new", null],
    ],
  );
});

test("an answer without users is none", () => {
  assert.deepEqual(usesOf(undefined), []);
  assert.deepEqual(usesOf({ tools: [], integration_connections: [] }), []);
});

test("more than were named is said", () => {
  assert.equal(hasMore({ agents_has_more: true }), true);
  assert.equal(hasMore({ tools: [], tools_has_more: false }), false);
  assert.equal(hasMore(null), false);
});
