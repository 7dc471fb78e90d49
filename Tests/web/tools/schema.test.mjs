import assert from "node:assert/strict";
import test from "node:test";
import { membersOf, mistakes, newRow, placesOf, propertyOf, rowOf, rowsOf, schemaOf } from "../../../Web/assets/rooms/tools/schema.js";

const schema = {
  type: "object",
  required: ["day", "guest"],
  required_constraints: { any_of: [{ required: ["day"] }] },
  properties: {
    day: { type: "string", description: "The day.", enum: ["Monday", "Tuesday"], allowed_values: null },
    people: { type: ["integer", "null"], description: "How many." },
    source: { type: "string", constant_value: "phone" },
    flag: { type: "boolean", constant_value: false },
    caller: { type: "string", dynamic_variable: "system__caller_id" },
    hidden: { type: "string", is_omitted: true },
    time: { type: "string", is_system_provided: true },
    guest: { type: "object", description: "", properties: { name: { type: "string", description: "Name." } }, required: ["name"] },
    extras: { type: "array", description: "What else.", items: { type: "object", properties: { id: { type: "integer", description: "Id." } }, required: [] } },
    tags: { type: "array", description: "Tags.", items: { type: "string", description: "A tag." } },
  },
};

test("a schema becomes rows and the same schema again", () => {
  const again = schemaOf(rowsOf(schema), schema);
  // An element without a description gets an empty one.
  again.properties.extras.items.description = undefined;
  assert.deepEqual(JSON.parse(JSON.stringify(again)), schema);
});

test("rows tell where a value comes from", () => {
  const rows = Object.fromEntries(rowsOf(schema).map((row) => [row.name, row]));
  assert.deepEqual(
    Object.values(rows).map(({ source }) => source),
    ["model", "model", "constant", "constant", "variable", "omitted", "system", "model", "model", "model"],
  );
  assert.equal(rows.people.type, "integer or null");
  assert.equal(rows.flag.text, "false");
  assert.deepEqual([rows.day.isRequired, rows.people.isRequired], [true, false]);
});

test("constants have their parameter's type", () => {
  const constant = (type, text) => propertyOf({ ...newRow("a"), type, text, source: "constant" }).constant_value;
  assert.equal(constant("integer", "7"), 7);
  assert.equal(constant("string", "7"), "7");
  assert.equal(constant("boolean", "true"), true);
  assert.deepEqual(constant("array", "[1]"), [1]);
  assert.equal(constant("integer", "seven"), "seven");
});

test("only what the source needs is written", () => {
  const row = { ...newRow("a"), text: "x" };
  assert.deepEqual(propertyOf(row), { type: "string", description: "x" });
  assert.deepEqual(propertyOf({ ...row, source: "variable" }), { type: "string", dynamic_variable: "x" });
  assert.deepEqual(propertyOf({ ...row, source: "omitted" }), { type: "string", is_omitted: true });
  assert.deepEqual(propertyOf({ ...row, source: "variable", choices: ["y"] }), { type: "string", dynamic_variable: "x" });
});

test("nothing is null, and what cannot be named is left out", () => {
  assert.equal(schemaOf([], null), null);
  assert.deepEqual(schemaOf([], { type: "object", description: "All." }), { type: "object", description: "All.", properties: {}, required: [] });
  assert.deepEqual(membersOf([newRow(" "), newRow(" a ")]).properties, { a: { type: "string", description: "" } });
  assert.deepEqual(rowsOf(null), []);
});

test("a list without elements gets texts", () => {
  assert.deepEqual(propertyOf(rowOf("a", { type: "array", description: "x" }, false)).items, { type: "string", description: "" });
});

test("mistakes are told in words, also within groups", () => {
  const rows = [
    newRow(""), { ...newRow("a"), text: "x" }, { ...newRow("a"), text: "x" }, newRow("b"),
    { ...newRow("c"), source: "constant", type: "integer", text: "seven" },
    { ...newRow("d"), source: "omitted", isRequired: true },
    { ...newRow("e"), type: "object", rows: [newRow("inner")] },
    { ...newRow("f"), source: "variable" },
  ];
  assert.deepEqual(mistakes(rows).map(({ row, message }) => [row.name, message.split(" ")[0]]), [
    ["", "Give"], ["", "Describe"], ["a", "There"], ["b", "Describe"], ["c", "This"], ["d", "What"], ["inner", "Describe"], ["f", "Write"],
  ]);
  assert.deepEqual(mistakes(rowsOf(schema)), []);
});

test("rows are found by the way to them in the schema", () => {
  const places = placesOf(rowsOf(schema), ["parameters", "properties"]).map(([path]) => path.join("."));
  assert.ok(places.includes("parameters.properties.guest.properties.name"));
  assert.ok(places.includes("parameters.properties.extras.items.properties.id"));
});
