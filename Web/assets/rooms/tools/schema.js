// Parameters of a tool as rows of a table, and rows as the JSON Schema that the configuration holds.

import { isOf, textOf, valueOf } from "../../core/members.js";


/** Where a parameter's value comes from. */
export const sources = [
  ["model", "Agent decides"],
  ["constant", "Fixed value"],
  ["variable", "Dynamic variable"],
  ["omitted", "Left out"],
];

export const plainTypes = [["string", "Text"], ["integer", "Whole number"], ["number", "Number"], ["boolean", "Yes or no"]];
export const allTypes = [...plainTypes, ["array", "List"], ["object", "Group"]];

/** Members that a row says in its own fields; the others are kept as they are. */
const own = ["type", "description", "dynamic_variable", "constant_value", "is_omitted", "is_system_provided", "enum", "properties", "required", "items"];

/**
 * A row: `name`, `type` (several types as "string or null"), `isRequired`, `source`, `text` (the description, the constant or the
 * variable's name), `choices` (texts), `rows` of a group's members, `items` (a row) of a list's elements, and `rest`.
 */
export const newRow = (name = "") => rowOf(name, { type: "string", description: "" }, false);

export function rowOf(name, property, isRequired) {
  const given = (member) => property[member] !== undefined && property[member] !== null && property[member] !== "";
  const source = property.is_omitted === true ? "omitted" : property.is_system_provided === true ? "system" : given("constant_value") ? "constant" : given("dynamic_variable") ? "variable" : "model";
  const type = Array.isArray(property.type) ? property.type.join(" or ") : (property.type ?? "string");
  return {
    name, type, isRequired, source,
    text: source === "constant" ? textOf(property.constant_value) : source === "variable" ? property.dynamic_variable : (property.description ?? ""),
    choices: property.enum ?? [],
    rows: rowsOf(property),
    items: type === "array" ? rowOf("", property.items ?? { type: "string" }, false) : null,
    rest: Object.fromEntries(Object.entries(property).filter(([member]) => !own.includes(member))),
  };
}

/** The rows of an object's schema, or of `{properties, required}`; none of null. */
export const rowsOf = (schema) =>
  Object.entries(schema?.properties ?? {}).map(([name, property]) => rowOf(name, property ?? {}, (schema.required ?? []).includes(name)));

export function propertyOf(row) {
  const { type, source, text } = row;
  const property = { ...row.rest, type: type.includes(" or ") ? type.split(" or ") : type };
  if (source === "constant") property.constant_value = valueOf(text, type);
  else if (source === "variable") property.dynamic_variable = text.trim();
  else if (source === "omitted") property.is_omitted = true;
  else if (source === "system") property.is_system_provided = true;
  else property.description = text;
  if (source !== "model") return type === "array" ? { ...property, items: itemsOf(row) } : property;
  if (row.choices.length) property.enum = row.choices;
  if (type === "object") Object.assign(property, membersOf(row.rows));
  if (type === "array") property.items = itemsOf(row);
  return property;
}

const itemsOf = (row) => propertyOf(row.items ?? newRow());

/** `{properties, required}` of rows; those without a name are left out. */
export function membersOf(rows) {
  const named = rows.filter(({ name }) => name.trim() !== "");
  return {
    properties: Object.fromEntries(named.map((row) => [row.name.trim(), propertyOf(row)])),
    required: named.filter(({ isRequired }) => isRequired).map(({ name }) => name.trim()),
  };
}

/** An object's schema with these rows, and what else it had; null without any. */
export function schemaOf(rows, former) {
  if (rows.length === 0 && !former?.description) return null;
  return { ...former, type: "object", ...membersOf(rows) };
}

/**
 * What is wrong with rows that the server could not tell, or tells less plainly.
 *
 * @returns {{row: object, message: string}[]}
 */
export function mistakes(rows) {
  const known = new Set();
  return rows.flatMap((row) => {
    const name = row.name.trim();
    const found = [];
    if (!name) found.push("Give this parameter a name, or remove it.");
    else if (known.has(name)) found.push(`There is another parameter named ${name}.`);
    known.add(name);
    const isPlain = !["object", "array"].includes(row.type);
    if (row.source === "constant" && !row.text) found.push("Write the value that it always has.");
    else if (row.source === "constant" && !isOf(row.text, row.type)) found.push(`This is no ${(allTypes.find(([type]) => type === row.type)?.[1] ?? row.type).toLowerCase()}.`);
    if (row.source === "variable" && !row.text.trim()) found.push("Write the variable's name.");
    if (row.source === "model" && isPlain && !row.text.trim()) found.push("Describe it, so that the agent knows what to give.");
    if (row.source === "omitted" && row.isRequired) found.push("What is left out cannot be required.");
    const inner = row.source !== "model" ? [] : row.type === "object" ? row.rows : row.type === "array" && row.items?.type === "object" ? row.items.rows : [];
    return [...found.map((message) => ({ row, message })), ...mistakes(inner)];
  });
}

/** The rows by their places in the schema, for the problems that a server finds: `[path, row]`. */
export function placesOf(rows, path) {
  return rows.flatMap((row) => {
    const place = [...path, row.name.trim()];
    const inner = row.type === "object" ? placesOf(row.rows, [...place, "properties"]) : row.type === "array" && row.items ? placesOf(row.items.rows, [...place, "items", "properties"]) : [];
    return [[place, row], ...inner];
  });
}
