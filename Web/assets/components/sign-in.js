// Signing in with an API key. Unsaved work stays where it is: the dialog stands above the room.

import { h } from "../core/dom.js";
import { signIn } from "../core/session.js";
import { openDialog } from "./dialog.js";
import { field, textInput } from "./field.js";

let asking = null;

/** Asks for a key until the server knows it; one dialog at a time. */
export function openSignIn() {
  asking ??= ask().finally(() => (asking = null));
  return asking;
}

async function ask() {
  let isIn = false;
  while (!isIn) isIn = Boolean(await openDialog("Sign in", form));
}

function form(close) {
  const key = field(
    { label: "API key", help: "Make one on the server with: parley keys create" },
    textInput({ type: "password", name: "key", required: true, autofocus: true, autocomplete: "current-password", spellcheck: "false" }),
  );
  const button = h("button.button.primary", { type: "submit" }, "Sign in");
  return h(
    "form",
    {
      onsubmit: async (event) => {
        event.preventDefault();
        button.disabled = true;
        try {
          await signIn(key.control.value.trim());
          close(true);
        } catch (error) {
          key.problem(error.message);
          button.disabled = false;
          key.control.focus();
        }
      },
    },
    h("p.quiet", "This server asks for an API key before it shows its agents and conversations."),
    key,
    h("div.actions", button),
  );
}
