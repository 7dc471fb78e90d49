// The fields of how tools behave in a call, for one tool and for all of an MCP server.

import { h } from "../core/dom.js";
import { behaviour } from "../core/tool-choices.js";

/** `form` is a binder, `wait` the words and bounds of the longest wait. Of what runs in the server itself most is fixed. */
export function callFields(form, { wait = null, isSystem = false }, ...more) {
  const sound = form.choice(["tool_call_sound_behavior"], behaviour.tool_call_sound_behavior);
  const showSound = (name) => (sound.hidden = !name);
  showSound(form.config.tool_call_sound);
  const { min, max, placeholder } = wait ?? {};
  return h(
    "div.fields",
    isSystem ? null : form.choice(["execution_mode"], behaviour.execution_mode),
    form.choice(["pre_tool_speech"], behaviour.pre_tool_speech),
    form.choice(["tool_call_sound"], behaviour.tool_call_sound, { write: (name) => name || null, then: showSound }),
    sound,
    form.choice(["interruption_mode"], behaviour.interruption_mode),
    wait && form.number(["response_timeout_secs"], wait, { min, max, placeholder, step: 1 }),
    more,
  );
}

/** Whether a tool changes anything: three states, as texts. */
export const readOnlyField = (form) =>
  form.choice(
    ["read_only"],
    {
      label: "What it changes", standard: "",
      help: "A tool that only reads may be asked early, and again. One that changes something is asked once, and not given up.",
      options: [["", "Not said"], ["true", "Nothing: it only reads"], ["false", "Something"]],
    },
    { read: (value) => String(value ?? ""), write: (text) => (text === "" ? null : text === "true") },
  );
