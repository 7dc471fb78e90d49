// Form fields that are bound to a draft: they show its values, their problems, and what the server does not follow.

import { h } from "../../core/dom.js";
import { linesOf, listOf, setAt } from "../../core/members.js";
import { field, numberInput, problemLine, select, textArea, textInput, toggle } from "../../components/field.js";
import { badge } from "../../components/page.js";
import { cell, rowList } from "../../components/rows.js";
import { failed } from "../../components/toast.js";
import { at, beginsWith, equal, isObject } from "../../core/paths.js";
import { pathOf } from "./draft.js";

/** What the server shows of a secret that is written into an agent. */
const HIDDEN = "********";

/** Kinds of controls: `read` gives the control's value as the configuration has it, `show` puts one there. */
const kinds = {
  text: (setting) => texts(textInput(), setting),
  area: (setting) => texts(textArea({ rows: setting.rows }), setting),
  colour: () => ({ control: h("input.agents-colour", { type: "color" }), read: (control) => control.value, show: (control, value) => (control.value = value ?? "#000000") }),
  number({ min, max, step, place, empty = null }) {
    return {
      control: numberInput({ min, max, step, placeholder: place }),
      read: (control) => control.read() ?? empty,
      show: (control, value) => (control.value = value === empty || value === undefined ? "" : value),
    };
  },
  lines({ member, rows = 3 }) {
    return {
      control: textArea({ rows, spellcheck: "false", class: "agents-lines" }),
      read: (control) => listOf(control.value).map((line) => (member ? { [member]: line } : line)),
      show: (control, value) => (control.value = linesOf(value?.map((item) => (member ? item[member] : item)))),
    };
  },
  select(setting, editor) {
    const control = select([]);
    let value;
    const fill = (options) => {
      control.replaceChildren(...select(options, { value: value ?? "" }).childNodes);
      control.value = String(value ?? "");
    };
    const isNamed = typeof setting.options === "string";
    let options = isNamed ? [] : setting.options;
    if (isNamed) editor.list(setting.options).then((list) => fill((options = list))).catch(failed);
    // A value that names something may stand in an object; one that is written out is hidden by the server.
    const wrapped = (text) => (setting.wrap && text !== HIDDEN ? { [setting.wrap]: text } : text);
    return {
      control,
      read: () => (control.value === "" ? null : wrapped(control.value)),
      show: (_, shown) => fill(((value = isObject(shown) ? shown[setting.wrap] : shown), options)),
    };
  },
  switch: ({ on = true, off = false }) => ({ read: (control) => (control.checked ? on : off), show: (control, value) => (control.checked = value === on) }),
};

function texts(control, { empty = null }) {
  return { control, read: () => (control.value === "" ? empty : control.value), show: (_, value) => (control.value = value ?? "") };
}

/**
 * A field for a setting. While the person types, the draft follows and the field is left alone.
 *
 * @param editor See `editor.js`.
 * @param {import("./settings.js").Setting} setting
 */
export function bound(editor, setting) {
  const path = pathOf(setting.path);
  const mark = h("span");
  const notes = h("div.help.agents-notes");
  let element;
  let control;
  let { read, show, ...kind } = (kinds[setting.kind] ?? kinds.switch)(setting, editor);
  if (kind.control) {
    element = field({ label: setting.label, help: setting.help, badge: mark }, kind.control);
    control = kind.control;
  } else {
    element = switchField(setting, mark);
    control = element.control;
  }
  if (setting.kind === "member") {
    // One word of a list, whose other words stay as they are.
    read = () => (editor.draft.get(path) ?? []).filter((word) => word !== setting.on).concat(control.checked ? [setting.on] : []);
    show = (_, list) => (control.checked = (list ?? []).includes(setting.on));
  }
  element.append(notes);
  if (setting.wide) element.classList.add("agents-wide");

  let held;
  let told = "";
  control.addEventListener("input", () => editor.set(path, (held = read(control))));
  editor.onRefresh(() => {
    const value = editor.draft.get(path);
    if (held === undefined || !equal(value, held)) show(control, (held = value));
    if (setting.when) element.hidden = !applies(editor, setting.when);
    remark(editor, path, { mark, notes });
    const problem = editor.problemAt(path);
    if (problem !== told) element.problem((told = problem));
  });
  return element;
}

function applies({ draft }, [name, relation, value]) {
  return (draft.get(pathOf(name)) === value) === (relation === "is");
}

/** A switch with a place for a problem. */
export function switchField({ label, help }, mark = null) {
  const element = h("div.agents-switch", toggle({ label, help, badge: mark }));
  element.control = element.querySelector("input");
  const problem = problemLine();
  element.append(problem);
  element.problem = (text) => {
    problem.say(text);
    if (text) element.control.setAttribute("aria-describedby", problem.id);
    else element.control.removeAttribute("aria-describedby");
  };
  return element;
}

/** Marks what the server says of a setting. */
export function remark(editor, path, { mark, notes }) {
  const warnings = editor.warnings.filter((warning) => warning.path && beginsWith(warning.path, path));
  const text = warnings.map((warning) => warning.text).join("\n");
  if (notes.textContent === text) return;
  notes.textContent = text;
  const isStored = warnings.some((warning) => warning.isStored);
  mark.replaceChildren(warnings.length ? badge(isStored ? "Stored, not followed" : "Works differently", "caution") : "");
}

/** The forms of groups of settings, each as a card. `before` stands at the beginning of the first one. */
export const forms = (editor, groups, before = []) =>
  h(
    "div.stack",
    groups.map(({ title, lead, settings }, index) =>
      h(
        "section.card",
        h("div.stack", title ? h("h2", title) : null, lead ? h("p.help", lead) : null, index === 0 ? before : null, h("div.fields", settings.map((setting) => bound(editor, setting)))),
      ),
    ),
  );

/**
 * A list of objects as rows of fields. A column has `path` within the object, `label`, and optionally `options`, the name of a
 * list that the server gives; `blank` is what a new row holds.
 */
export function rows(editor, name, { columns, blank, add, label }) {
  const path = pathOf(name);
  const list = [];
  let held;
  const changed = () => editor.set(path, (held = structuredClone(list)));
  const control = (row, column) => {
    const kind = column.options ? kinds.select(column, editor) : kinds.text({ empty: "" });
    kind.show(kind.control, at(row, column.path));
    kind.control.addEventListener("input", () => {
      setAt(row, column.path, kind.read(kind.control));
      changed();
    });
    return cell(column.label, kind.control);
  };
  const frame = rowList(list, { title: label, addText: add, changed, blank: () => structuredClone(blank), cells: (row) => [columns.map((column) => control(row, column))] });
  editor.onRefresh(() => {
    const value = editor.draft.get(path) ?? [];
    if (held && equal(value, held)) return;
    held = value;
    list.splice(0, list.length, ...structuredClone(value));
    frame.renew();
  });
  return frame;
}
