// Form fields: a label, a control, words of help and the problem that a server found with it.

import { h, uniqueID } from "../core/dom.js";

/** Milliseconds after the last key before a search begins. */
const SEARCH_PAUSE = 250;

/**
 * A field around `control`, an input, select or textarea. `problem(text)` of the result shows what is wrong with it, or with
 * an empty text that nothing is.
 */
export function field({ label, help, optional = false, badge = null }, control) {
  control.id ||= uniqueID("field");
  const helpID = help ? uniqueID("help") : null;
  const problem = problemLine();
  const element = h(
    "div.field",
    h("label", { for: control.id }, label, optional ? h("span.quiet", " (optional)") : null, badge ? [" ", badge] : null),
    control,
    help ? h("p.help", { id: helpID }, help) : null,
    problem,
  );
  const describe = () => control.setAttribute("aria-describedby", [helpID, problem.hidden ? null : problem.id].filter(Boolean).join(" "));
  describe();
  element.control = control;
  element.problem = (text) => {
    problem.say(text);
    if (text) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
    describe();
  };
  return element;
}

/** A line that says what is wrong; `say("")` hides it. */
export function problemLine() {
  const line = h("p.problem", { id: uniqueID("problem"), role: "alert", hidden: true });
  line.say = (text) => {
    line.textContent = text ?? "";
    line.hidden = !text;
  };
  return line;
}

/** One line of text. Other members (`type`, `placeholder`, `maxlength`, `onchange`, …) go to the input. */
export const textInput = (members = {}) => h("input.input", { type: "text", autocomplete: "off", ...members });

export const textArea = ({ value = "", ...members } = {}) => h("textarea.input", { rows: 4, spellcheck: "true", ...members, value });

/** `options` are texts, or `[value, text]`, or `{label, options}` for a group. */
export function select(options, { value, ...members } = {}) {
  const element = h("select.input", members, options.map(option));
  if (value !== undefined && value !== null) {
    // A value that the list does not know is kept, not replaced by the first one.
    if (![...element.options].some((candidate) => candidate.value === String(value))) element.append(new Option(String(value), String(value)));
    element.value = String(value);
  }
  return element;
}

function option(entry) {
  if (entry.options) return h("optgroup", { label: entry.label }, entry.options.map(option));
  const [value, text] = Array.isArray(entry) ? entry : [entry, entry];
  return new Option(text, value);
}

/** A switch with its label and help beside it. A label's `control` is the input within it. */
export function toggle({ label, help, badge = null, ...members }) {
  const input = h("input", { type: "checkbox", role: "switch", ...members });
  input.checked = Boolean(members.checked);
  return h(
    "label.switch",
    input,
    h("span", h("span", label), badge ? [" ", badge] : null, help ? h("span.help", { class: "block" }, h("br"), help) : null),
  );
}

/**
 * A choice of one among a few that need a sentence each.
 *
 * @param {[value: string, title: string, help: string][]} options
 * @param {{legend: string | Node, name: string, value: string, onchange: (value: string, input: HTMLInputElement) => void}} how
 */
export const radios = (options, { legend, name, value, onchange }) =>
  h(
    "fieldset.choices",
    legend instanceof Node ? legend : h("legend", legend),
    options.map(([id, title, help]) => {
      const input = h("input", { type: "radio", name, value: id, onchange: () => onchange(id, input) });
      input.checked = id === value;
      return h("label", input, h("span", h("strong", title), h("span.help", help)));
    }),
  );

/** A number within bounds; `read()` of the result gives it, or null while nothing is there. */
export function numberInput(members = {}) {
  const input = h("input.input", { type: "number", inputmode: "decimal", step: "any", ...members });
  input.read = () => (input.value === "" ? null : Number(input.value));
  return input;
}

/** A search field; `onsearch(text)` comes when nothing was typed for a moment. */
export function searchInput({ label, onsearch, signal, ...members }) {
  let timer = null;
  const input = textInput({
    type: "search", aria: { label }, ...members,
    oninput: () => {
      clearTimeout(timer);
      timer = setTimeout(() => onsearch(input.value.trim()), SEARCH_PAUSE);
    },
  });
  signal.addEventListener("abort", () => clearTimeout(timer));
  return input;
}
