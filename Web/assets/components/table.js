// Tables of what the server lists, page after page.

import { h } from "../core/dom.js";

/**
 * A table. A column has `title`, `cell(item)` (a node or text), and optionally `number: true`.
 */
export function table(columns, items, { caption, key = null } = {}) {
  const body = h("tbody");
  const element = h(
    "div.table-frame",
    { tabindex: "0", role: "region", aria: { label: caption } },
    h(
      "table.table",
      h("caption.unseen", caption),
      h("thead", h("tr", columns.map((column) => h(column.number ? "th.number" : "th", { scope: "col" }, column.title)))),
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
    { dataset: key ? { key: key(item) } : {} },
    columns.map((column) => h(column.number ? "td.number" : "td", column.cell(item))),
  );
}
