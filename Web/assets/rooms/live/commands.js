// What the reader may do with a call: tell its agent something, or speak in its place.

import { h, svg } from "../../core/dom.js";
import { icons } from "../../core/icons.js";
import { field, textArea } from "../../components/field.js";

/**
 * The panel beside a call. Each action gives whether it went out: `tell(text)`, `takeOver()`, `say(text)`, `handBack()`.
 * Of the result, `enable(isOn)` follows the connection, `isTakenOver` says whether the reader speaks for the agent, and
 * `setTakenOver(isTakenOver)` changes that where it was not the reader's doing.
 */
export function commands({ tell, takeOver, say, handBack }) {
  const takeOverButton = h("button.button", { onclick: () => takeOver() && become(true) }, svg(icons.talk), "Take over");
  const handBackButton = h("button.button", { onclick: () => handBack() && become(false) }, "Hand back to the agent");
  const sayForm = form({ label: "Say to the caller", help: "The agent's voice reads it out. Enter sends it.", send: say, text: "Say" });
  const tellForm = form({ label: "Tell the agent", help: "The agent knows it from its next answer on. The caller does not hear it.", send: tell, text: "Tell" });
  const words = h("p.help");
  const panel = h(
    "aside.stack.live-commands",
    { aria: { label: "What you can do" } },
    h("section.card.stack", h("h2", "Context"), tellForm),
    h("section.card.stack", h("h2", "Speak yourself"), words, takeOverButton, sayForm, handBackButton),
  );

  panel.enable = (isOn) => {
    for (const button of panel.querySelectorAll("button")) button.disabled = !isOn;
  };

  panel.setTakenOver = (isTakenOver) => {
    panel.isTakenOver = isTakenOver;
    takeOverButton.hidden = isTakenOver;
    sayForm.hidden = handBackButton.hidden = !isTakenOver;
    words.textContent = isTakenOver
      ? "The agent does not answer by itself now. The caller hears what you type."
      : "The agent stops answering, and the caller hears what you type, in the agent's voice.";
  };
  function become(isTakenOver) {
    panel.setTakenOver(isTakenOver);
    (isTakenOver ? sayForm.control : takeOverButton).focus();
  }
  panel.setTakenOver(false);
  return panel;
}

function form({ label, help, send, text }) {
  const control = textArea({ rows: 2, maxlength: 4000, required: true });
  const submit = (event) => {
    event.preventDefault();
    const words = control.value.trim();
    if (words && send(words)) control.value = "";
  };
  control.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) submit(event);
  });
  const element = h("form.stack.live-form", { onsubmit: submit }, field({ label, help }, control), h("div.row", h("button.button.primary", { type: "submit" }, svg(icons.send), text)));
  element.control = control;
  return element;
}
