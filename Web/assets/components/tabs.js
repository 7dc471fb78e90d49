// Tabs, as the ARIA practices describe them: arrows move between them, and the open one is kept in the address.

import { h, uniqueID } from "../core/dom.js";
import { note } from "../core/router.js";

/**
 * @param {{id: string, title: string, open: () => Node}[]} entries Their content is made when it is first opened, and kept.
 * @param {{selected?: string, label: string, parameter?: string}} options `parameter` is the query's member that keeps the open tab.
 */
export function tabs(entries, { selected, label, parameter = "tab" }) {
  const panel = h("div", { role: "tabpanel", id: uniqueID("panel"), tabindex: "-1" });
  const contents = new Map();
  const buttons = entries.map((entry) =>
    h("button", { role: "tab", id: uniqueID("tab"), aria: { controls: panel.id }, onclick: () => open(entry), onkeydown: move }, entry.title),
  );

  function open(entry, isByReader = true) {
    entries.forEach((candidate, index) => {
      const isOpen = candidate === entry;
      buttons[index].setAttribute("aria-selected", String(isOpen));
      buttons[index].tabIndex = isOpen ? 0 : -1;
      if (isOpen) panel.setAttribute("aria-labelledby", buttons[index].id);
    });
    // In a frame of its own, so that what is still being fetched finds its place although another tab is open.
    if (!contents.has(entry.id)) contents.set(entry.id, h("div", entry.open()));
    panel.replaceChildren(contents.get(entry.id));
    // On a narrow screen the list of tabs scrolls.
    requestAnimationFrame(() => buttons[entries.indexOf(entry)].scrollIntoView({ block: "nearest", inline: "nearest" }));
    if (isByReader) note({ [parameter]: entry.id });
  }

  function move(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity }[event.key];
    if (!step) return;
    event.preventDefault();
    const present = buttons.indexOf(event.currentTarget);
    const next = Number.isFinite(step) ? (present + step + buttons.length) % buttons.length : step < 0 ? 0 : buttons.length - 1;
    buttons[next].focus();
    open(entries[next]);
  }

  open(entries.find((entry) => entry.id === selected) ?? entries[0], false);
  return h("div.stack", h("div.tabs", { role: "tablist", aria: { label } }, buttons), panel);
}
