// A configuration as JSON: for what forms do not show.

import { h } from "../../core/dom.js";
import { textArea } from "../../components/field.js";
import { readJSON } from "../agents/lines.js";
import { isObject } from "../agents/paths.js";

/** Milliseconds after the last key before the text is read. */
const PAUSE = 300;

const pretty = (value) => JSON.stringify(value, null, 2);

/**
 * The view of `value`, an object. `onchange(object)` comes when the text stands for another one, `onproblem(isWrong)` when it stands for none,
 * or for one again. Of the result, `show(value)` replaces the text, `mark(problems)` marks lines, and `isWrong` says whether it cannot be read.
 */
export function jsonView({ value, onchange, onproblem }) {
  const place = h("div.pending");
  const element = h("section.stack", h("p.help", "Everything that the tool has, also what the forms do not show. Unknown members are kept."), place);
  let text = pretty(value);
  let editor = null;
  let timer = null;

  function read(now) {
    if (now === text) return;
    text = now;
    clearTimeout(timer);
    timer = setTimeout(settle, PAUSE);
  }

  function settle() {
    timer = null;
    const { value: found, error } = readJSON(text);
    const problem = error ?? (isObject(found) ? null : { line: 1, message: "The configuration is an object in curly brackets." });
    setWrong(problem);
    if (!problem) onchange(found);
  }

  function setWrong(problem) {
    element.isWrong = Boolean(problem);
    if (editor) editor.markers = problem ? [problem] : [];
    onproblem(element.isWrong);
  }

  element.isWrong = false;
  /** Reads what was typed last, where that has not been done yet. */
  element.settle = () => {
    if (!timer) return;
    clearTimeout(timer);
    settle();
  };
  element.show = (next) => {
    clearTimeout(timer);
    timer = null;
    text = pretty(next);
    if (editor && editor.text !== text) editor.text = text;
    if (element.isWrong) setWrong(null);
  };
  element.mark = (problems) => {
    const { lineOf } = readJSON(text);
    if (editor) editor.markers = problems.map(({ path, message }) => ({ line: lineOf(path), message }));
  };

  const label = "Configuration as JSON";
  import("../../components/json-editor.js")
    .then(({ jsonEditor }) => jsonEditor({ value: text, label, onchange: read }))
    .catch(() => plainEditor(label, read))
    .then((made) => {
      editor = made;
      editor.text = text;
      place.replaceWith(editor);
    });
  return element;
}

function plainEditor(label, read) {
  const control = textArea({ rows: 28, spellcheck: "false", aria: { label }, oninput: () => read(control.value) });
  control.classList.add("mono");
  Object.defineProperty(control, "text", { get: () => control.value, set: (text) => (control.value = text) });
  return control;
}
