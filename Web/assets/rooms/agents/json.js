// The tab with the whole configuration as JSON. Mistakes stand at their lines.

import { problemText } from "../../core/api.js";
import { h } from "../../core/dom.js";
import { jsonEditor } from "../../components/json-editor.js";
import { difference } from "../../core/changes.js";
import { readJSON } from "../../core/json-text.js";
import { equal } from "../../core/paths.js";

export function jsonTab(editor) {
  // What the text and the draft had when both last agreed: what differs from it was changed in the text.
  let agreed = editor.draft.current;
  let isWrong = editor.text !== null;
  const area = jsonEditor({
    value: editor.text?.text ?? JSON.stringify(agreed, null, 2),
    label: "Configuration as JSON",
    onread({ value, problem }) {
      isWrong = problem !== null;
      editor.failure = "";
      editor.text = problem && { text: area.text, ...problem };
      const changes = isWrong ? [] : difference(agreed, value);
      if (!isWrong) agreed = value;
      if (changes.length) editor.change(changes);
      else editor.refresh();
    },
  });

  function show() {
    if (!area.isConnected || !area.isSettled) return;
    const isDiscarded = isWrong && !editor.text;
    if (isDiscarded || (!isWrong && !equal(agreed, editor.draft.current))) {
      isWrong = false;
      agreed = editor.draft.current;
      area.text = JSON.stringify(agreed, null, 2);
    }
    const { problems, text } = editor;
    const { lineOf } = problems.length ? readJSON(area.text) : {};
    const found = text ? [{ line: text.line, message: text.message }] : problems.map((problem) => ({ line: lineOf(problem.path), message: problemText(problem) }));
    if (!equal(found, area.markers)) area.markers = found;
  }

  editor.readText = area.settle;
  editor.goToLine = area.goTo;
  const body = h("section.card", h("div.stack", h("p.help", "Everything that the agent holds, also what has no form. Secrets show as ********, and stay as they are when you leave that in place. What you remove goes back to the server's default."), area));
  editor.onRefresh(show);
  // Once the tab is on the page.
  editor.refresh();
  return body;
}
