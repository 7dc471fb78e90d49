// The tab with the whole configuration as JSON. Mistakes stand at their lines.

import { h } from "../../core/dom.js";
import { jsonEditor } from "../../components/json-editor.js";
import { difference } from "./draft.js";
import { readJSON } from "./lines.js";
import { equal, isObject } from "./paths.js";

/** Milliseconds without typing after which the text is read. */
const PAUSE = 250;

export function jsonTab(editor) {
  // What the text and the draft had when both last agreed: what differs from it was changed in the text.
  let agreed = editor.draft.current;
  let isWrong = editor.text !== null;
  let timer;
  const area = jsonEditor({
    value: editor.text?.text ?? JSON.stringify(agreed, null, 2),
    label: "Configuration as JSON",
    onchange() {
      clearTimeout(timer);
      timer = setTimeout(read, PAUSE);
    },
  });

  function read() {
    clearTimeout(timer);
    timer = undefined;
    const { value, error } = readJSON(area.text);
    const problem = error ?? (isObject(value) ? null : { line: 1, message: "The configuration is an object in curly brackets." });
    isWrong = problem !== null;
    editor.failure = "";
    editor.text = problem && { text: area.text, ...problem };
    const changes = isWrong ? [] : difference(agreed, value);
    if (!isWrong) agreed = value;
    if (changes.length) editor.change(changes);
    else editor.refresh();
  }

  function show() {
    if (!area.isConnected || timer) return;
    const isDiscarded = isWrong && !editor.text;
    if (isDiscarded || (!isWrong && !equal(agreed, editor.draft.current))) {
      isWrong = false;
      agreed = editor.draft.current;
      area.text = JSON.stringify(agreed, null, 2);
    }
    const { problems, text } = editor;
    const { lineOf } = problems.length ? readJSON(area.text) : {};
    const found = text ? [{ line: text.line, message: text.message }] : problems.map(({ path, message }) => ({ line: lineOf(path), message: `${path.join(".")}: ${message}` }));
    if (!equal(found, area.markers)) area.markers = found;
  }

  editor.readText = () => timer && read();
  const body = h("section.card", h("div.stack", h("p.help", "Everything that the agent holds, also what has no form. Secrets show as ********, and stay as they are when you leave that in place. What you remove goes back to the server's default."), area));
  editor.onRefresh(show);
  // Once the tab is on the page.
  editor.refresh();
  return body;
}
