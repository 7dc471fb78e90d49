// What stands around an agent's settings: the server's remarks, the tabs' marks, and the bar that saves.

import { h } from "../../core/dom.js";
import { counted, listed, spelledOut } from "../../core/format.js";
import { badge } from "../../components/page.js";
import { saveBar, saveByKey } from "../../components/save-bar.js";
import { placeOf } from "./settings.js";

export const nameOf = (path) => placeOf(path)?.label ?? spelledOut(path);
export const names = (changes) => listed([...new Set(changes.map(({ path }) => nameOf(path)))], 4);
/** The tab in which a place is edited. */
export const tabOf = (path) => placeOf(path)?.tab ?? "json";

/** What works differently on this server than the agent asks for. */
export function warningsView(editor) {
  const list = h("ul.stack");
  const summary = h("summary");
  const view = h("details.notice.caution.agents-warnings", summary, list);
  let drawn;
  editor.onRefresh(() => {
    const { warnings } = editor;
    if (drawn === warnings) return;
    drawn = warnings;
    view.hidden = warnings.length === 0;
    summary.textContent = `${counted(warnings.length, "thing")} in this agent ${warnings.length === 1 ? "works" : "work"} differently on this server`;
    list.replaceChildren(...warnings.map(({ path, text }) => h("li", path ? [h("strong", `${nameOf(path)}: `), text] : text)));
  });
  return view;
}

/** The bar that saves, as the editor stands. */
export function agentBar(editor, actions) {
  const bar = saveBar(actions);
  editor.onRefresh(() => {
    const { draft, text, failure, isKept, isSaving } = editor;
    const { changes } = draft;
    const state = text ? `The JSON has a mistake in line ${text.line}. ${text.message}` : `${counted(changes.length, "unsaved change")}: ${names(changes)}.`;
    bar.update({
      text: isSaving ? "Saving…" : failure || (isKept === false ? `${state} They are too long to be kept over a reload.` : state),
      isProblem: failure !== "",
      canSave: !isSaving,
      isIdle: !text && changes.length === 0,
    });
  });
  saveByKey(bar, editor.signal);
  return bar;
}

/** Marks the tabs with unsaved changes, and those with settings that the server refused. */
export function markTabs(editor) {
  const marks = [...editor.tabs].map(([id, button]) => ({ id, mark: button.appendChild(h("span.agents-mark")) }));
  editor.onRefresh(() => {
    const changed = new Set(editor.draft.changes.map(({ path }) => tabOf(path)));
    if (editor.text) changed.add("json");
    for (const { id, mark } of marks) {
      const count = editor.problems.filter(({ path }) => tabOf(path) === id).length;
      const state = count ? `${count} to correct` : changed.has(id) ? "unsaved" : "";
      if (mark.title === state) continue;
      mark.title = state;
      mark.replaceChildren(count ? badge(String(count), "alarm") : "", h("span.unseen", state && ` (${state})`));
      mark.classList.toggle("changed", state === "unsaved");
    }
  });
}
