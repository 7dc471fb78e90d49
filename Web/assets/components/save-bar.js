// Editing with Save: the bar that stays in sight, and what keeps changes from being lost by mistake.

import { h } from "../core/dom.js";
import { attempt } from "./toast.js";

/**
 * The bar of a page on which something is edited. `update` of the result says how things stand; an idle bar keeps its place
 * and is not seen. `save()` does what its button does.
 *
 * @param {{save: () => Promise<void>, discard: () => void, action?: string}} options `action` is what the button is called.
 */
export function saveBar({ save, discard, action = "Save" }) {
  const words = h("p.grow", { aria: { live: "polite" } });
  const saving = h("button.button.primary", { onclick: () => attempt(saving, save).then(() => bar.update()), aria: { keyshortcuts: "Control+S Meta+S" } }, action);
  const discarding = h("button.button", { onclick: discard }, "Discard");
  const bar = h("div.save-bar", { role: "region", aria: { label: "Unsaved changes" } }, words, discarding, saving);
  let state = { text: "" };
  bar.update = (next = state) => {
    state = next;
    const { text, isProblem = false, canSave = true, canDiscard = true, isIdle = false } = next;
    words.textContent = text;
    words.classList.toggle("problem", isProblem);
    saving.disabled = !canSave;
    discarding.hidden = !canDiscard;
    bar.classList.toggle("idle", isIdle);
  };
  bar.save = () => saving.click();
  return bar;
}

/** Saves with Control+S or Command+S, while no dialog is open. */
export function saveByKey(bar, signal) {
  const press = (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== "s") return;
    event.preventDefault();
    if (!document.querySelector("dialog[open]")) bar.save();
  };
  document.addEventListener("keydown", press, { signal });
}

/** Has the browser ask before it leaves the page while there are changes that would be lost. */
export const askBeforeLeaving = (isDirty, signal) => addEventListener("beforeunload", (event) => isDirty() && event.preventDefault(), { signal });
