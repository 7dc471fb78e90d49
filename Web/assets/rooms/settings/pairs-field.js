// Rows of names and values in a form.

import { h, svg } from "../../core/dom.js";
import { icons } from "../../core/icons.js";
import { select, textInput } from "../../components/field.js";
import { objectOf, rowsOf, sources } from "./pairs.js";

/**
 * @param {{label: string, help?: string, value?: object, name?: string, secrets?: {secret_id: string, name: string}[]|null}} options
 *   With `secrets`, values can also be named ones; `name` is what a row's name is called.
 * @returns {HTMLElement & {read: () => object}}
 */
export function pairsField({ label, help = null, value = {}, name = "Name", secrets = null }) {
  const rows = [];
  const list = h("div.stack.settings-pairs");
  const problem = h("p.problem", { role: "alert", hidden: true });
  const element = h(
    "fieldset.stack",
    h("legend", label),
    help ? h("p.help", help) : null,
    list,
    problem,
    h("div", h("button.button", { type: "button", onclick: () => add({ name: "", source: "text", value: "" }).focus() }, svg(icons.add), "Add")),
  );

  function add(row) {
    const called = textInput({ value: row.name, placeholder: name, aria: { label: `${label}: ${name.toLowerCase()}` } });
    const source = secrets ? select(Object.entries(sources), { value: row.source, aria: { label: `${label}: kind of value` }, onchange: () => hold("") }) : null;
    const place = h("div.grow");
    let control;
    const hold = (text) => {
      const isSecret = source?.value === "secret_id";
      const aria = { label: `${label}: value` };
      control = isSecret ? select([["", "Choose a secret"], ...secrets.map(({ secret_id: id, name }) => [id, name])], { value: text, aria }) : textInput({ value: text, placeholder: "Value", aria });
      place.replaceChildren(control);
    };
    hold(row.value);
    const entry = { read: () => ({ name: called.value, source: source?.value ?? "text", value: control.value }) };
    rows.push(entry);
    const remove = () => {
      rows.splice(rows.indexOf(entry), 1);
      line.remove();
      element.querySelector("button:last-of-type").focus();
    };
    const line = h("div.row", h("div.grow", called), source, place, h("button.button.plain.icon", { type: "button", aria: { label: `Remove ${row.name || "this row"}` }, onclick: remove }, svg(icons.remove)));
    list.append(line);
    return called;
  }

  for (const row of rowsOf(value)) add(row);
  element.read = () => objectOf(rows.map((row) => row.read()));
  element.problem = (text) => {
    problem.textContent = text ?? "";
    problem.hidden = !text;
  };
  return element;
}
