import assert from "node:assert/strict";
import test from "node:test";
import {
  blank, headerRows, headersOf, isOf, listOf, memberRows, membersOf, placeholders, rowsForURL, setAt, summary, valueOf,
} from "../../../Web/assets/rooms/tools/config.js";
import { newRow } from "../../../Web/assets/rooms/tools/schema.js";

test("members are set by the way to them, and removed", () => {
  const config = { a: null };
  setAt(config, ["a", "b", "c"], 1);
  assert.deepEqual(config, { a: { b: { c: 1 } } });
  setAt(config, ["a", "b", "c"], undefined);
  assert.deepEqual(config, { a: { b: {} } });
});

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

test("headers become rows and headers again", () => {
  const headers = { "X-Tenant": "********", Authorization: { secret_id: "secret_1" }, "X-Who": { variable_name: "who" }, "X-Env": { env_var_label: "KEY" } };
  const rows = headerRows(headers);
  assert.deepEqual(rows.map(({ source }) => source), ["text", "secret_id", "variable_name", "env_var_label"]);
  assert.deepEqual(headersOf(rows), headers);
  assert.deepEqual(headersOf([{ name: " ", source: "text", value: "x" }]), {});
  assert.deepEqual(headerRows(null), []);
});

test("values that are no texts are shown as JSON", () => {
  const values = { name: "Mia", count: 3, list: [1], empty: "", yes: true };
  assert.deepEqual(membersOf(memberRows(values)), values);
});

test("a text stands for a value of a type, or for itself", () => {
  assert.deepEqual([valueOf("3"), valueOf("three"), valueOf('"quoted"'), valueOf("")], [3, "three", '"quoted"', ""]);
  assert.deepEqual([isOf("3", "integer"), isOf("3.5", "integer"), isOf("3.5", "number"), isOf("yes", "boolean"), isOf("x", "string"), isOf("x", "string or null")], [true, false, true, false, true, true]);
});

test("one entry a line", () => assert.deepEqual(listOf(" a.b \n\n c "), ["a.b", "c"]));

test("a line on each type of tool", () => {
  assert.equal(summary({ type: "webhook", api_schema: { url: "https://a.example", method: "POST" } }), "POST https://a.example");
  assert.equal(summary({ type: "client", parameters: { properties: { a: {}, b: {} } } }), "a, b");
  assert.equal(summary({ type: "client", parameters: null }), "No parameters");
  assert.equal(summary({ type: "system", params: { system_tool_type: "end_call" } }), "end_call");
});
