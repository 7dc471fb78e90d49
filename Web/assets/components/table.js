// Tables of what the server lists, page after page.

import { h, svg } from "../core/dom.js";
import { icons } from "../core/icons.js";
import { attempt } from "./toast.js";

/**
 * A table. A column has `title`, `cell(item)` (a node or text), and optionally `number: true`. Where there is little room each row
 * stands as a card, its first column as the heading; the roles are written out, since a table that is laid out otherwise loses them.
 */
export function table(columns, items, { caption, key = null } = {}) {
  const body = h("tbody");
  const element = h(
    "div.table-frame",
    { tabindex: "0", role: "region", aria: { label: caption } },
    h(
      "table.table.cards",
      { role: "table" },
      h("caption.unseen", caption),
      h("thead", h("tr", { role: "row" }, columns.map((column) => h(column.number ? "th.number" : "th", { role: "columnheader", scope: "col" }, column.title)))),
      body,
    ),
  );
  element.add = (more) => body.append(...more.map((item) => row(columns, item, key)));
  element.set = (all) => body.replaceChildren(...all.map((item) => row(columns, item, key)));
  element.add(items);
  return element;
}

function row(columns, item, key) {
  return h(
    "tr",
    { role: "row", dataset: key ? { key: key(item) } : {} },
    columns.map((column) => h(column.number ? "td.number" : "td", { role: "cell", dataset: { title: column.title } }, column.cell(item))),
  );
}

/**
 * A table of a list that comes in pages. `first` is the answer with the first page, whose items are in `member`; `ask(cursor)`
 * fetches a further one.
 */
export function pagedTable(columns, first, { member, ask, caption }) {
  const list = table(columns, first[member], { caption });
  let cursor = first.next_cursor;
  const more = h("button.button", {
    onclick: () => attempt(more, async () => {
      const next = await ask(cursor);
      list.add(next[member]);
      cursor = next.next_cursor;
      foot.hidden = !cursor;
    }),
  }, "Show more");
  const foot = h("div.row.table-foot", { hidden: !cursor }, more);
  return h("div", list, foot);
}

/** The column with the buttons that change and delete an item; `nameOf(item)` says to screen readers which one. */
export const actionColumn = (nameOf, { change, erase }) => ({
  title: "Actions",
  cell: (item) =>
    h(
      "div.row",
      h("button.button", { aria: { label: `Change ${nameOf(item)}` }, onclick: () => change(item) }, "Change"),
      h("button.button.plain.icon", { aria: { label: `Delete ${nameOf(item)}` }, onclick: ({ currentTarget }) => attempt(currentTarget, () => erase(item)) }, svg(icons.remove)),
    ),
});
