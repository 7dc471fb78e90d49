// Passing words at the page's corner: what was done, or what failed.

import { h, svg } from "../core/dom.js";
import { icons } from "../core/icons.js";

/** Milliseconds that a word of success stays; failures stay until they are closed. */
const STAY = 5000;

const frame = h("div.toasts", { role: "status", aria: { live: "polite" } });

function show(text, kind) {
  if (!frame.isConnected) document.body.append(frame);
  const toast = h(
    kind ? `div.toast.${kind}` : "div.toast",
    h("span", text),
    h("button.button.plain.icon", { aria: { label: "Close" }, onclick: () => toast.remove() }, svg(icons.close)),
  );
  frame.append(toast);
  while (frame.childElementCount > 4) frame.firstChild.remove();
  return toast;
}

export function said(text) {
  const toast = show(text, null);
  setTimeout(() => toast.remove(), STAY);
}

export function failed(error) {
  show(error.message ?? String(error), "alarm");
}

/** Runs `action` with the button disabled; says what failed. Resolves with its value, or undefined. */
export async function attempt(button, action) {
  if (button) button.disabled = true;
  try {
    return await action();
  } catch (error) {
    failed(error);
    return undefined;
  } finally {
    if (button) button.disabled = false;
  }
}
