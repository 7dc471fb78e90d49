// The tabs of what is heard: the voice, with a preview, and when the agent takes its turn, with a picture.

import { request } from "../../core/api.js";
import { h, shape, svg, uniqueID } from "../../core/dom.js";
import { icons } from "../../core/icons.js";
import { field, textInput } from "../../components/field.js";
import { failed } from "../../components/toast.js";
import { pathOf } from "./draft.js";
import { bound, forms, remark, rows } from "./fields.js";
import { groups } from "./settings.js";
import { describe, levels, picture, waits } from "./waits.js";

export function voiceTab(editor) {
  const voice = bound(editor, { path: "tts.voice_id", kind: "select", label: "Voice", options: "voices", help: "A voice that is not on this server is replaced by one that speaks the language." });
  const others = {
    label: "Voice",
    add: "Add a voice",
    blank: { label: "", voice_id: "", description: "" },
    columns: [{ path: ["label"], label: "Label" }, { path: ["voice_id"], label: "Voice", options: "voices" }, { path: ["description"], label: "When it speaks" }],
  };
  return h(
    "div.stack",
    forms(editor, groups.voice, [h("div.fields", voice, preview(editor))]),
    h("section.card", h("div.stack", h("h2", "Further voices"), h("p.help", "The model writes <label>words</label> for what another voice is to say, such as the people of a story."), rows(editor, "tts.supported_voices", others))),
  );
}

function preview(editor) {
  const sentence = field({ label: "Sentence to try it with" }, textInput({ value: "Good morning! Your appointment is on Friday, at half past nine.", maxlength: 400 }));
  const words = h("span", "Listen");
  const said = h("p.help", { aria: { live: "polite" } });
  let audio = null;
  let asking = null;
  const stop = () => {
    asking?.abort();
    audio?.pause();
    if (audio) URL.revokeObjectURL(audio.src);
    audio = asking = null;
    words.textContent = "Listen";
  };
  editor.signal.addEventListener("abort", stop);

  async function play() {
    if (asking) return stop();
    const mine = (asking = new AbortController());
    words.textContent = "Stop";
    said.textContent = "";
    const get = (name) => editor.draft.get(pathOf(name));
    const id = get("tts.voice_id");
    try {
      const response = await request("POST", `/v1/text-to-speech/${encodeURIComponent(id || "none")}`, {
        query: { output_format: "wav_24000" },
        body: { text: sentence.control.value, language_code: get("agent.language"), voice_settings: { speed: get("tts.speed") ?? 1 } },
        as: "response",
        signal: mine.signal,
      });
      const spoken = response.headers.get("x-voice-id");
      const sound = await response.blob();
      if (asking !== mine) return;
      if (spoken && spoken !== id) said.textContent = `Spoken by ${spoken}.`;
      audio = new Audio(URL.createObjectURL(sound));
      audio.onended = stop;
      await audio.play();
    } catch (error) {
      if (asking !== mine) return;
      stop();
      failed(error);
    }
  }
  const button = h("button.button", { onclick: play }, svg(icons.play), words);
  return h("div.field", sentence, h("div.row", button, said));
}

export function turnTab(editor) {
  return h("div.stack", h("section.card", eagerness(editor)), forms(editor, groups.turn));
}

function eagerness(editor) {
  const path = pathOf("turn.turn_eagerness");
  const name = uniqueID("eagerness");
  const notes = h("div.help.agents-notes");
  const mark = h("span");
  const inputs = levels.map(({ value }) => h("input", { type: "radio", name, value, oninput: () => editor.set(path, value) }));
  const problem = h("p.problem", { role: "alert" });
  editor.onRefresh(() => {
    for (const input of inputs) input.checked = input.value === editor.draft.get(path);
    problem.textContent = editor.problemAt(path);
    remark(editor, path, { mark, notes });
  });
  return h(
    "fieldset.stack.agents-set",
    h("legend", h("h2", "How soon the agent answers ", mark)),
    h(
      "div.agents-levels",
      levels.map((level, index) => {
        const times = waits(level.factor);
        return h("label.agents-level", h("span.row", inputs[index], h("strong", level.title)), drawing(times), h("span.help", describe(times)), h("span.help", level.help));
      }),
    ),
    h("p.help", "The bar is the silence after the caller's last word: its left end for words that are surely over, the mark for words that may go on, its right end for the middle of a sentence. A caller's own pace is learnt during the call."),
    problem,
    notes,
  );
}

/** The caller's words, and then the time within which the agent answers. */
function drawing(times) {
  const [width, height, middle] = [300, 56, 18];
  const { words, bar, even, ticks } = picture(times, width, 48);
  const image = shape("svg", { viewBox: `0 0 ${width} ${height}`, class: "agents-waits", "aria-hidden": "true" });
  image.append(
    ...words.map(({ x, height: tall }) => shape("line", { x1: x, x2: x, y1: middle - tall, y2: middle + tall, class: "words" })),
    ...ticks.map(({ x }) => shape("line", { x1: x, x2: x, y1: 4, y2: 36, class: "tick" })),
    shape("rect", { ...bar, y: middle - 7, height: 14, rx: 4, class: "bar" }),
    shape("line", { x1: even, x2: even, y1: middle - 11, y2: middle + 11, class: "even" }),
    ...ticks.map(({ x, text }) => shape("text", { x, y: 50, "text-anchor": "middle" }, text)),
  );
  return image;
}
