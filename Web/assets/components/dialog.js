// Dialogs: the browser's own, which keep the keyboard within and close with Escape.

import { h } from "../core/dom.js";
import { liftToasts } from "./toast.js";

/**
 * Opens a dialog; `content(close)` gives its body. Resolves with what `close` was given, or undefined when it was left.
 */
export function openDialog(title, content) {
  return new Promise((resolve) => {
    let result;
    const dialog = h("dialog.dialog", { aria: { label: title } });
    const close = (value) => {
      result = value;
      dialog.close();
    };
    dialog.append(h("div.body", h("h2", title), content(close)));
    dialog.addEventListener("close", () => {
      liftToasts();
      dialog.remove();
      resolve(result);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** Asks before something that cannot be undone. `action` names it ("Delete agent"). */
export function confirmAction(title, text, action, { danger = true } = {}) {
  return openDialog(title, (close) => [
    h("p", text),
    h(
      "div.actions",
      h("button.button", { onclick: () => close(false) }, "Cancel"),
      h(danger ? "button.button.danger" : "button.button.primary", { onclick: () => close(true) }, action),
    ),
  ]).then(Boolean);
}
