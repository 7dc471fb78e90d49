import assert from "node:assert/strict";
import test from "node:test";
import { approvalOf, argumentRows, argumentsOf, changesOf, overridesOf, patchOf, remedyFor } from "../../../Web/assets/rooms/mcp/words.js";

const schema = { type: "object", properties: { day: { type: "string" }, people: { type: "integer" } }, required: ["day"] };

test("how an approval stands", () => {
  const words = (status) => approvalOf(status)[0];
  assert.equal(words(null), "Not approved");
  assert.equal(words({ state: "not_approved", approval_policy: null }), "Not approved");
  assert.equal(words({ state: "up_to_date", approval_policy: "auto_approved" }), "Approved");
  assert.equal(words({ state: "up_to_date", approval_policy: "requires_approval" }), "Asks each time");
  assert.equal(words({ state: "needs_review", approval_policy: "auto_approved" }), "Changed since it was approved");
});

test("what changed in a tool is told part by part", () => {
  const approved = { description: "Books.", input_schema: schema };
  const present = { description: "Books, and pays.", inputSchema: { type: "object", properties: { day: { type: "string", enum: ["Monday"] }, card: { type: "string" } }, required: ["day", "card"] } };
  assert.deepEqual(changesOf(approved, present).map(({ text }) => text), [
    "Its description", "The argument card is new", "The argument people is gone", "The argument day", "What is required",
  ]);
  assert.deepEqual(changesOf(null, present), []);
  assert.deepEqual(changesOf(approved, { description: "Books.", inputSchema: { ...schema, additionalProperties: false } }).map(({ text }) => text), ["Other parts of what it takes"]);
});

test("arguments in a line, the required ones first", () => {
  assert.equal(argumentsOf({ properties: { a: {}, b: {} }, required: ["b"] }), "b, a?");
  assert.equal(argumentsOf({ type: "object" }), "");
  assert.equal(argumentsOf(undefined), "");
});

test("a server that gives no list is told what to do about", () => {
  assert.match(remedyFor("The MCP server cannot be reached: connection refused."), /server runs/);
  assert.match(remedyFor("The MCP server refused the credentials (HTTP 401)."), /token/);
  assert.match(remedyFor("The MCP server refused the credentials (HTTP 401). There is no secret desk here"), /token|Secrets/);
  assert.match(remedyFor("The endpoint does not speak MCP: it answered with a web page."), /address/);
  assert.match(remedyFor("The MCP server cannot be reached: 10.0.0.5 is not on the public internet, and this server does not allow requests to it."), /--egress-hosts/);
  assert.match(remedyFor(null), /log/);
});

test("a change sends what was changed, and null for what was taken away", () => {
  const saved = { url: "https://a.example", name: "Desk", request_headers: { "X-A": "********", "X-B": "********" }, response_timeout_secs: 30, secret_token: null };
  assert.equal(patchOf(saved, structuredClone(saved)), null);
  assert.deepEqual(patchOf(saved, { ...saved, request_headers: { "X-A": "********", "X-C": "c" }, secret_token: { secret_id: "s" } }), {
    secret_token: { secret_id: "s" }, request_headers: { "X-A": "********", "X-C": "c", "X-B": null },
  });
  const { response_timeout_secs, ...without } = saved;
  assert.deepEqual(patchOf(saved, without), { response_timeout_secs: null });
  assert.equal(patchOf(saved, { ...saved, url: "https://b.example" }), null);
});

test("overrides of arguments become rows and overrides again", () => {
  const overrides = { people: { source: "constant", constant_value: 2 }, "guest.name": { source: "dynamic_variable", dynamic_variable: "name" }, day: { source: "llm", prompt: "The day." } };
  const rows = argumentRows(schema, overrides);
  assert.deepEqual(rows.map(({ path, source, text }) => [path, source, text]), [["day", "llm", "The day."], ["people", "constant", "2"], ["guest.name", "dynamic_variable", "name"]]);
  assert.deepEqual(overridesOf(rows, overrides), overrides);
});

test("an override that is taken away is null, and what never had one is left out", () => {
  const rows = argumentRows(schema, { day: { source: "omit" } });
  rows[0].source = "";
  assert.deepEqual(overridesOf(rows, { day: { source: "omit" } }), { day: null });
  assert.deepEqual(overridesOf(argumentRows(schema, null), null), {});
  assert.deepEqual(argumentRows(undefined, { day: null }), []);
});
