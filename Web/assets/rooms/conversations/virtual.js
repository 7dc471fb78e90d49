// Lists of any length in the page's own scrolling: rows of one height, of which only those near the window exist.

import { h } from "../../core/dom.js";

/**
 * The rows that are to exist.
 *
 * @param {number} top Pixels from the list's beginning to the window's upper edge; negative while it is below.
 * @returns {[number, number]} The first one, and the one after the last.
 */
export function rowsWithin(top, height, rowHeight, count, over = 10) {
  const first = Math.floor(top / rowHeight) - over;
  const end = Math.ceil((top + height) / rowHeight) + over;
  return [Math.min(Math.max(0, first), count), Math.min(Math.max(0, end), count)];
}

/**
 * @param {object} options
 * @param {string} options.label For screen readers.
 * @param {() => HTMLElement} options.make Makes a row, which is used for one item after another.
 * @param {(row: HTMLElement, index: number) => void} options.fill Shows an item in a row.
 * @param {(end: number) => void} [options.near] Told how far the reader has come, so that more can be fetched.
 * @param {AbortSignal} options.signal
 * @returns An element with `count(number)`, `refresh()` (the items have changed) and `reach(index)` (scrolls there).
 */
export function virtualRows({ label, make, fill, near = () => {}, signal }) {
  const element = h("div.conversations-rows", { role: "list", tabindex: "-1", aria: { label } });
  const shown = new Map();
  const spare = [];
  let count = 0;
  let height = 0;
  let isDue = false;

  function row(index) {
    const item = spare.pop() ?? h("div.conversations-item", { role: "listitem" }, make());
    item.setAttribute("aria-posinset", index + 1);
    item.setAttribute("aria-setsize", "-1");
    if (!item.isConnected) element.append(item);
    item.hidden = false;
    item.style.transform = `translateY(${index * height}px)`;
    item.index = index;
    fill(item.firstChild, index);
    shown.set(index, item);
    return item;
  }

  function measure() {
    if (!shown.size && count) row(0);
    const next = shown.values().next().value?.offsetHeight || height;
    if (next === height) return;
    height = next;
    element.style.height = `${count * height}px`;
    for (const [index, item] of shown) item.style.transform = `translateY(${index * height}px)`;
  }

  function draw() {
    isDue = false;
    if (!element.isConnected) return;
    if (!height) measure();
    const [first, end] = height ? rowsWithin(-element.getBoundingClientRect().top, innerHeight, height, count) : [0, 0];
    for (const [index, item] of shown) {
      // The row with the focus stays, so that the keyboard does not lose its place.
      if ((index >= first && index < end) || (index < count && item.contains(document.activeElement))) continue;
      shown.delete(index);
      item.hidden = true;
      spare.push(item);
    }
    for (let index = first; index < end; index += 1) if (!shown.has(index)) row(index);
    if (end) near(end);
  }

  const later = () => {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(draw);
  };

  element.count = (next) => {
    count = next;
    element.style.height = `${count * height}px`;
    later();
  };
  element.refresh = () => {
    for (const [index, item] of shown) if (index < count) fill(item.firstChild, index);
    later();
  };
  element.reach = (index, focus = true) => {
    const top = element.getBoundingClientRect().top + index * height;
    if (top < 80) scrollBy(0, top - 80);
    else if (top + height > innerHeight - 16) scrollBy(0, top + height - innerHeight + 16);
    draw();
    if (focus) (shown.get(index)?.querySelector("a, button") ?? element).focus({ preventScroll: true });
  };
  element.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key];
    const present = event.target.closest(".conversations-item")?.index;
    if (!step || present === undefined) return;
    event.preventDefault();
    element.reach(Math.min(count - 1, Math.max(0, present + step)));
  });
  addEventListener("scroll", later, { passive: true, signal });
  addEventListener("resize", () => (measure(), later()), { signal });
  const sizes = new ResizeObserver(() => (measure(), later()));
  sizes.observe(element);
  signal.addEventListener("abort", () => sizes.disconnect());
  return element;
}
