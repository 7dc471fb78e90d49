// A tool as JSON: for what forms do not show.

import { h } from "../../core/dom.js";
import { readJSON } from "../../core/json-text.js";
import { jsonEditor } from "../../components/json-editor.js";

/**
 * The view of `value`, an object. `onchange(object)` comes when the text stands for another one, `onproblem(isWrong)` when it stands for none,
 * or for one again. Of the result, `open()` gives the element, which is made then; `show(value)` replaces the text, `settle()` reads
 * what was typed last, `mark(problems)` marks lines, `goToMark()` moves the cursor to the first one where the text is open, and
 * `isWrong` says whether the text cannot be read.
 */
export function jsonView({ value, onchange, onproblem }) {
  let text = JSON.stringify(value, null, 2);
  let markers = [];
  let editor = null;
  const view = { isWrong: false };

  function setWrong(problem) {
    view.isWrong = Boolean(problem);
    mark(problem ? [problem] : []);
    onproblem(view.isWrong);
  }

  function mark(list) {
    markers = list;
    if (editor) editor.markers = list;
  }

  view.open = () => {
    editor = jsonEditor({
      value: text,
      label: "Configuration as JSON",
      onread({ value: found, problem }) {
        setWrong(problem);
        if (!problem) onchange(found);
      },
    });
    // Once the text is on the page, so that the line can be shown.
    requestAnimationFrame(() => mark(markers));
    return h("section.stack", h("p.help", "Everything that the tool has, also what the forms do not show. Unknown members are kept."), editor);
  };
  view.settle = () => editor?.settle();
  view.goToMark = () => editor?.isConnected && markers.length && editor.goTo(markers[0].line);
  view.show = (next) => {
    text = JSON.stringify(next, null, 2);
    if (editor && editor.text !== text) editor.text = text;
    if (view.isWrong) setWrong(null);
  };
  view.mark = (problems) => {
    const { lineOf } = readJSON(editor?.text ?? text);
    mark(problems.map(({ path, message }) => ({ line: lineOf(path), message })));
  };
  return view;
}
