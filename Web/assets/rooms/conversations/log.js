// The raw lines of a call's log.

import { get } from "../../core/api.js";
import { h } from "../../core/dom.js";
import { count } from "../../core/format.js";
import { select, textInput } from "../../components/field.js";
import { openDialog } from "../../components/dialog.js";
import { empty, pending } from "../../components/page.js";
import { filterLines, lineText, lineTime } from "./lines.js";
import { virtualRows } from "./virtual.js";

export function logPanel(id, signal) {
  return pending(async () => {
    const { lines } = await get(`/v1/parley/conversations/${encodeURIComponent(id)}/log`, {}, { signal, patience: 120_000 });
    if (!lines.length) return h("div.card", empty("This call has no log", "It never began, or its log was not kept. The transcript and the recording do not need it."));
    let shown = [];
    const kinds = [...new Set(lines.map((line) => line.kind))].sort();
    const total = h("span.quiet", { role: "status" });
    const kind = select([["", "All but sound"], ["*", "All"], ...kinds], { aria: { label: "Kind of line" }, onchange: apply });
    const search = textInput({ type: "search", placeholder: "Search the log", aria: { label: "Search the log" }, oninput: apply });
    const rows = virtualRows({ label: "Lines of the log", make, fill: (row, index) => row.fill(shown[index]), signal });
    function apply() {
      shown = filterLines(lines, kind.value, search.value);
      total.textContent = `${count(shown.length)} of ${count(lines.length)} lines`;
      rows.count(shown.length);
      rows.refresh();
    }
    apply();
    return h("div.stack", h("div.row", h("div.grow", search), h("div", kind), total), h("div.card.flush.conversations-log", rows));
  });
}

function make() {
  const [time, kind, text] = [h("span.figure"), h("strong"), h("span.mono")];
  const row = h("button.conversations-line", { onclick: () => show(row.line) }, time, kind, text);
  row.fill = (line) => {
    row.line = line;
    time.textContent = lineTime(line);
    kind.textContent = line.kind;
    text.textContent = lineText(line);
  };
  return row;
}

function show(line) {
  return openDialog(`${line.kind} at ${lineTime(line)} s`, (close) => [
    h("pre.conversations-code", { tabindex: "0", aria: { label: "The line as JSON" } }, JSON.stringify(line.detail, null, 2)),
    h("div.actions", h("button.button", { onclick: () => close() }, "Close")),
  ]);
}
