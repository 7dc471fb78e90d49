import assert from "node:assert/strict";
import test from "node:test";
import { headerRows, headersOf, isOf, listOf, memberRows, membersOf, setAt, valueOf } from "../../../Web/assets/core/members.js";

test("members are set by the way to them, and removed", () => {
  const config = { a: null };
  setAt(config, ["a", "b", "c"], 1);
  assert.deepEqual(config, { a: { b: { c: 1 } } });
  setAt(config, ["a", "b", "c"], undefined);
  assert.deepEqual(config, { a: { b: {} } });
});

test("headers become rows and headers again", () => {
  const headers = { "X-Tenant": "********", Authorization: { secret_id: "secret_1" }, "X-Who": { variable_name: "who" }, "X-Env": { env_var_label: "KEY" } };
  const rows = headerRows(headers);
  assert.deepEqual(rows.map(({ source }) => source), ["text", "secret_id", "variable_name", "env_var_label"]);
  assert.deepEqual(headersOf(rows), headers);
  assert.deepEqual(headersOf([{ name: " A ", source: "text", value: "y" }]), { A: "y" });
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
