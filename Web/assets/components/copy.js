// A button that copies a text, and a block of code with one.

import { h, svg } from "../core/dom.js";
import { icons } from "../core/icons.js";

export function copyButton(text, label = "Copy") {
  const words = h("span", label);
  const button = h("button.button.plain", { onclick: copy }, svg(icons.copy), words);
  async function copy() {
    await navigator.clipboard.writeText(typeof text === "function" ? text() : text);
    words.textContent = "Copied";
    setTimeout(() => (words.textContent = label), 1500);
  }
  return button;
}

export const codeBlock = (code, label = "Code") =>
  h("div.code", h("pre", { tabindex: "0", aria: { label } }, h("code", code)), copyButton(code));
