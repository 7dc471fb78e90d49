// Lists that grow and shrink row by row: headers, parameters, assignments.

import { h, svg } from "../core/dom.js";
import { icons } from "../core/icons.js";
import { problemLine, select, textInput } from "./field.js";

const CONTROLS = "input, select, textarea";

/** A control with its name above it, within a row. `width` is "narrow", "wide" or null. */
export function cell(label, control, width = null) {
  const tag = control.matches("input, select, textarea") ? "label" : "div";
  return h(width ? `${tag}.rows-cell.${width}` : `${tag}.rows-cell`, h("span.rows-label", label), control);
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
  return h("label.rows-check", control, h("span", label));
}

/**
 * A list of `rows`, an array that is changed in place. `cells(row, again)` gives a row's controls as a list, and after it what
 * stands below them; `again()` makes all of it anew. `blank()` is a new row; without it none can be added or taken away.
 */
export function rowList(rows, { title, addText, cells, blank, changed, none = null }) {
  const list = h("ul.rows-list", { aria: { label: title } });
  const words = none ? h("p.help", none) : null;
  const add = blank
    ? h("button.button", { onclick: () => {
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
    const problem = problemLine();
    const item = h("li.rows-frame");
    const make = () => {
      const [first, ...more] = cells(row, again);
      item.replaceChildren(h("div.rows-row", first, blank ? removal(row, item) : null), ...more.filter(Boolean), problem);
    };
    /** What was used in the row is made anew with it, and keeps the focus. */
    const again = () => {
      const place = [...item.querySelectorAll(CONTROLS)].indexOf(document.activeElement);
      make();
      item.querySelectorAll(CONTROLS)[place]?.focus();
    };
    make();
    views.set(row, problem.say);
    return item;
  }

  function removal(row, item) {
    return h("button.button.plain.icon.rows-remove", { aria: { label: "Remove" }, onclick: () => {
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

  const frame = h("div.rows", words, list, add ? h("div.row", add) : null);
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
