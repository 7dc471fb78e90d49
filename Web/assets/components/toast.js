// Passing words at the page's corner: what was done, or what failed.

import { h, svg } from "../core/dom.js";
import { icons } from "../core/icons.js";

/** Milliseconds that a word of success stays; failures stay until they are closed. */
const STAY = 5000;

const frame = h("div.toasts", { role: "status", aria: { live: "polite" } });

/** Puts the words where they are seen, and can be closed: into the uppermost dialog, beneath which everything else is out of reach. */
export function liftToasts() {
  const home = [...document.querySelectorAll("dialog[open]")].at(-1) ?? document.body;
  if (frame.parentElement !== home) home.append(frame);
}

function show(text, kind) {
  liftToasts();
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
