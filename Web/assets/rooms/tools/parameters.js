// Parameters as a table that can be edited, with groups and lists within it.

import { h } from "../../core/dom.js";
import { linesOf, listOf } from "../../core/members.js";
import { select, textArea } from "../../components/field.js";
import { cell, rowChoice, rowFlag, rowList, rowText } from "../../components/rows.js";
import { allTypes, newRow, plainTypes, sources } from "./schema.js";

/**
 * A list of parameters' rows (`schema.js`). With `isFixed` the names are given elsewhere; with `isPlain` there are neither lists nor groups.
 */
export function parameterList(rows, { title, addText = "Add parameter", none = null, isPlain = false, isFixed = false, changed }) {
  return rowList(rows, { title, addText, none, changed, blank: isFixed ? null : () => newRow(), cells: (row, again) => cells(row, again, { isPlain, isFixed, changed }) });
}

function cells(row, again, { isPlain, isFixed, changed }) {
  const remake = () => {
    if (row.type === "array") row.items ??= newRow();
    again();
    changed();
  };
  const name = isFixed ? cell("Name", h("span.rows-fixed.mono", row.name)) : cell("Name", rowText(row, "name", changed, { placeholder: "day" }));
  const type = cell("Type", rowChoice(row, "type", isPlain ? plainTypes : allTypes, remake), "narrow");
  const source = cell("Value", rowChoice(row, "source", row.source === "system" ? [...sources, ["system", "Given by the system"]] : sources, () => {
    row.text = "";
    remake();
  }), "narrow");
  const required = isFixed || row.source !== "model" ? null : h("div.rows-checks", rowFlag(row, "isRequired", "Required", changed));
  return [[name, type, source, said(row, changed), required], row.source === "model" ? inner(row, again, changed) : null];
}

/** The field that belongs to the source: a description, a value or a variable's name. */
function said(row, changed) {
  if (row.source === "omitted" || row.source === "system") return h("div.rows-cell.wide");
  if (row.source === "variable") return cell("Variable", rowText(row, "text", changed, { placeholder: "system__conversation_id" }), "wide");
  if (row.source === "constant" && row.type === "boolean") return cell("Fixed value", rowChoice(row, "text", [["", "Choose"], ["true", "Yes"], ["false", "No"]], changed), "wide");
  if (row.source === "constant") return cell("Fixed value", rowText(row, "text", changed), "wide");
  const control = textArea({ rows: 1, value: row.text, placeholder: "What the agent should give", oninput: () => ((row.text = control.value), changed()) });
  return cell("Description", control, "wide");
}

/** What stands below a parameter: the values that a text may have, the members of a group, the elements of a list. */
function inner(row, again, changed) {
  if (row.type === "string") return choicesOf(row, changed);
  if (row.type === "object") return membersOf(row, changed);
  return row.type === "array" ? elements(row, again, changed) : null;
}

function choicesOf(row, changed) {
  const control = textArea({ rows: 3, value: linesOf(row.choices), oninput: () => ((row.choices = listOf(control.value)), changed()) });
  const details = h("details.fold", h("summary", "Allowed values"), cell("One value a line; empty: any", control, "wide"));
  details.open = row.choices.length > 0;
  return details;
}

const membersOf = (row, changed) =>
  h("div.tools-inner", parameterList(row.rows, { title: `Members of ${row.name || "the group"}`, addText: "Add member", none: "The group has no members yet.", changed }));

function elements(row, again, changed) {
  const item = row.items;
  const type = select(allTypes.filter(([name]) => name !== "array"), { value: item.type, onchange: () => {
    item.type = type.value;
    again();
    changed();
  } });
  return h(
    "div.tools-inner",
    h("div.rows-row", cell("Each element is", type, "narrow"), cell("Description of an element", rowText(item, "text", changed), "wide")),
    item.type === "object" ? membersOf({ ...item, name: "each element" }, changed) : null,
  );
}
