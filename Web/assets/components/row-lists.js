// What forms of tools, MCP servers and connections share: headers, names with values, variables from results, and sign-in.

import { h } from "../core/dom.js";
import { headerRows, headerSources, headersOf, memberRows, membersOf, setAt } from "../core/members.js";
import { at } from "../core/paths.js";
import { address } from "../core/router.js";
import { problemLine } from "./field.js";
import { cell, rowChoice, rowFlag, rowList, rowText, showRowProblem } from "./rows.js";

const headerRowList = (rows, secrets, changed) =>
  rowList(rows, {
    title: "Headers", addText: "Add header", changed, blank: () => ({ name: "", source: "text", value: "" }),
    cells: (row, again) => [[
      cell("Header", rowText(row, "name", changed, { placeholder: "X-Tenant" })),
      cell("Kind of value", rowChoice(row, "source", headerSources, () => (((row.value = ""), again()), changed()))),
      cell("Value", row.source === "secret_id" ? rowChoice(row, "value", secretOptions(secrets), changed) : rowText(row, "value", changed), "wide"),
    ]],
  });

const pairRowList = (rows, changed, words) =>
  rowList(rows, {
    addText: "Add value", ...words, changed, blank: () => ({ name: "", value: "" }),
    cells: (row) => [[cell("Name", rowText(row, "name", changed)), cell("Value", rowText(row, "value", changed), "wide")]],
  });

/**
 * A field of names with values, for forms that are read when they are sent: `read()` of the result gives the object. With
 * `secrets` they are headers.
 */
export function pairsField({ label, help = null, value = {}, secrets = null }) {
  const rows = headerRows(value);
  const problem = problemLine();
  const list = secrets ? headerRowList(rows, secrets, () => {}) : pairRowList(rows, () => {}, { title: label });
  const element = h("fieldset.stack", h("legend", label), help ? h("p.help", help) : null, list, problem);
  element.read = () => headersOf(rows.map((row) => ({ source: "text", ...row })));
  element.problem = problem.say;
  return element;
}

/** Headers: names with texts, secrets or variables. `secrets` are `{secret_id, name}` of the workspace. */
export function headerList(form, path, secrets) {
  const rows = headerRows(at(form.config, path));
  const changed = () => {
    setAt(form.config, path, headersOf(rows));
    form.changed();
  };
  const list = headerRowList(rows, secrets, changed);
  form.place(list, () => rows.map((row) => [[...path, row.name.trim()], (text) => showRowProblem(row, text)]));
  return list;
}

export const secretOptions = (secrets) => [["", "Choose a secret"], ...secrets.map(({ secret_id: id, name }) => [id, name])];

/** How requests prove who they are from. */
export function connectionChoice(form, path, connections) {
  const known = connections.map(({ id, name, provider }) => [id, name || provider || id]);
  return form.choice(
    [...path, "auth_connection"],
    { label: "Auth connection", standard: "", help: ["Signs each request in, for example with OAuth. Connections are made under ", h("a", { href: address("settings") }, "Settings"), "."], options: [["", "None"], ...known] },
    {
      read: (value) => value?.auth_connection_id ?? (value?.env_var_label ? `env:${value.env_var_label}` : ""),
      write: (id) => (id === "" ? null : id.startsWith("env:") ? { env_var_label: id.slice(4) } : { auth_connection_id: id }),
    },
  );
}

/** Names with values, such as placeholders of variables. */
export function memberList(form, path, words) {
  const rows = memberRows(at(form.config, path));
  const changed = () => {
    setAt(form.config, path, membersOf(rows));
    form.changed();
  };
  return pairRowList(rows, changed, words);
}

/** Values of a tool's result that become variables. */
export function assignmentList(form, path) {
  const rows = (at(form.config, path) ?? []).map((row) => ({ ...row }));
  const changed = () => {
    setAt(form.config, path, rows.map((row) => ({ source: "response", ...row })));
    form.changed();
  };
  const list = rowList(rows, {
    title: "Values that are kept", addText: "Keep a value", changed, blank: () => ({ value_path: "", dynamic_variable: "" }),
    none: "Nothing of the result is kept as a variable.",
    cells: (row) => [[
      cell("Value in the result", rowText(row, "value_path", changed, { placeholder: "data.0.id" })),
      cell("Variable", rowText(row, "dynamic_variable", changed, { placeholder: "booking_id" })),
      h("div.rows-checks", rowFlag(row, "sanitize", "Hide it from the agent", changed), rowFlag(row, "preserve_native_type", "Keep lists and objects", changed)),
    ]],
  });
  form.place(list, () => rows.map((row, index) => [[...path, String(index)], (text) => showRowProblem(row, text)]));
  return list;
}
