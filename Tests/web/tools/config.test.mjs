import assert from "node:assert/strict";
import test from "node:test";
import { blank, placeholders, rowsForURL, summary } from "../../../Web/assets/rooms/tools/config.js";
import { newRow } from "../../../Web/assets/rooms/tools/schema.js";

test("another type of tool keeps name and description", () => {
  for (const type of ["webhook", "client", "system"]) {
    const tool = blank(type, { name: "book", description: "Books.", api_schema: {} });
    assert.deepEqual([tool.type, tool.name, tool.description], [type, "book", "Books."]);
  }
});

test("placeholders of a URL, without its variables", () => {
  assert.deepEqual(placeholders("https://{{host}}/x/{id}/{day}?n={{n}}&again={id}"), ["id", "day"]);
  assert.deepEqual(placeholders("https://a.example/{}"), []);
});

test("path parameters follow the URL, and keep what was written when one is renamed", () => {
  const rows = [{ ...newRow("id"), text: "The id." }, { ...newRow("day"), text: "The day." }];
  assert.deepEqual(rowsForURL(rows, "https://a.example/{id}/{date}", newRow).map(({ name, text }) => [name, text]), [["id", "The id."], ["date", "The day."]]);
  assert.deepEqual(rowsForURL(rows, "https://a.example/", newRow), []);
  assert.deepEqual(rowsForURL([], "https://a.example/{x}/{y}", newRow).map(({ name }) => name), ["x", "y"]);
});

test("a line on each type of tool", () => {
  assert.equal(summary({ type: "webhook", api_schema: { url: "https://a.example", method: "POST" } }), "POST https://a.example");
  assert.equal(summary({ type: "client", parameters: { properties: { a: {}, b: {} } } }), "a, b");
  assert.equal(summary({ type: "client", parameters: null }), "No parameters");
  assert.equal(summary({ type: "system", params: { system_tool_type: "end_call" } }), "end_call");
});
