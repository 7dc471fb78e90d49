// Lists that grow and shrink row by row: headers, parameters, assignments.

import { h, svg } from "../../core/dom.js";
import { icons } from "../../core/icons.js";
import { select, textInput } from "../../components/field.js";
import { headerRows, headerSources, headersOf, memberRows, membersOf, setAt } from "./config.js";
import { at } from "../agents/paths.js";

const CONTROLS = "input, select, textarea";

/** A control with its name above it, within a row. `width` is "narrow", "wide" or null. */
export function cell(label, control, width = null) {
  const tag = control.matches("input, select, textarea") ? "label" : "div";
  return h(width ? `${tag}.tools-cell.${width}` : `${tag}.tools-cell`, h("span.tools-label", label), control);
}

/** A text of a row, which `then` is told of. */
export function rowText(row, member, then, members = {}) {
  const control = textInput({ value: row[member] ?? "", spellcheck: "false", ...members, oninput: () => ((row[member] = control.value), then()) });
  return control;
}

export function rowChoice(row, member, options, then) {
  const control = select(options, { value: row[member], onchange: () => ((row[member] = control.value), then(control.value)) });
  return control;
}

export function rowFlag(row, member, label, then) {
  const control = h("input", { type: "checkbox", onchange: () => ((row[member] = control.checked), then()) });
  control.checked = row[member] === true;
  return h("label.tools-check", control, h("span", label));
}

/**
 * A list of `rows`, an array that is changed in place. `cells(row, again)` gives a row's controls as a list, and after it what
 * stands below them; `again()` makes all of it anew. `blank()` is a new row; without it none can be added or taken away.
 */
export function rowList(rows, { title, addText, cells, blank, changed, none = null }) {
  const list = h("ul.tools-rows", { aria: { label: title } });
  const words = none ? h("p.help", none) : null;
  const add = blank
    ? h("button.button", { type: "button", onclick: () => {
        const row = blank();
        rows.push(row);
        const item = element(row);
        list.append(item);
        settle();
        item.querySelector(CONTROLS)?.focus();
        changed();
      } }, svg(icons.add), addText)
    : null;

  function element(row) {
    const problem = h("p.problem", { role: "alert", hidden: true });
    const item = h("li.tools-row-frame");
    const make = () => {
      const [first, ...more] = cells(row, again);
      item.replaceChildren(h("div.tools-row", first, blank ? removal(row, item) : null), ...more.filter(Boolean), problem);
    };
    /** What was used in the row is made anew with it, and keeps the focus. */
    const again = () => {
      const place = [...item.querySelectorAll(CONTROLS)].indexOf(document.activeElement);
      make();
      item.querySelectorAll(CONTROLS)[place]?.focus();
    };
    make();
    views.set(row, (text) => {
      problem.textContent = text ?? "";
      problem.hidden = !text;
    });
    return item;
  }

  function removal(row, item) {
    return h("button.button.plain.icon.tools-remove", { type: "button", aria: { label: "Remove" }, onclick: () => {
      rows.splice(rows.indexOf(row), 1);
      item.remove();
      settle();
      (list.lastElementChild?.querySelector(CONTROLS) ?? add).focus();
      changed();
    } }, svg(icons.remove));
  }

  function settle() {
    list.hidden = rows.length === 0;
    if (words) words.hidden = rows.length > 0;
  }

  const frame = h("div.tools-list", words, list, add ? h("div.row", add) : null);
  frame.renew = () => {
    list.replaceChildren(...rows.map(element));
    settle();
  };
  frame.renew();
  return frame;
}

/** The places of rows' problems. */
const views = new WeakMap();

/** Shows a row's problem; does nothing for a row that is not shown. */
export const showRowProblem = (row, text) => views.get(row)?.(text);

// MARK: Lists that several forms have

/** Headers: names with texts, secrets or variables. `secrets` are `{secret_id, name}` of the workspace. */
export function headerList(form, path, secrets) {
  const rows = headerRows(at(form.config, path));
  const changed = () => {
    setAt(form.config, path, headersOf(rows));
    form.changed();
  };
  const list = rowList(rows, {
    title: "Headers", addText: "Add header", changed, blank: () => ({ name: "", source: "text", value: "" }),
    cells: (row, again) => [[
      cell("Header", rowText(row, "name", changed, { placeholder: "X-Tenant" })),
      cell("Kind of value", rowChoice(row, "source", headerSources, () => (((row.value = ""), again()), changed()))),
      cell("Value", row.source === "secret_id" ? rowChoice(row, "value", secretOptions(secrets), changed) : rowText(row, "value", changed), "wide"),
    ]],
  });
  form.place(list, () => rows.map((row) => [[...path, row.name.trim()], (text) => showRowProblem(row, text)]));
  return list;
}

export const secretOptions = (secrets) => [["", "Choose a secret"], ...secrets.map(({ secret_id: id, name }) => [id, name])];

/** Names with values, such as placeholders of variables. */
export function memberList(form, path, { title, addText, none }) {
  const rows = memberRows(at(form.config, path));
  const changed = () => {
    setAt(form.config, path, membersOf(rows));
    form.changed();
  };
  return rowList(rows, {
    title, addText, none, changed, blank: () => ({ name: "", value: "" }),
    cells: (row) => [[cell("Name", rowText(row, "name", changed)), cell("Value", rowText(row, "value", changed), "wide")]],
  });
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
      h("div.tools-checks", rowFlag(row, "sanitize", "Hide it from the agent", changed), rowFlag(row, "preserve_native_type", "Keep lists and objects", changed)),
    ]],
  });
  form.place(list, () => rows.map((row, index) => [[...path, String(index)], (text) => showRowProblem(row, text)]));
  return list;
}
