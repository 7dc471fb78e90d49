// The transcript of a call, aligned to its recording: a click on a word plays from there, and the word that is heard is lit.

import { h } from "../../core/dom.js";
import { bytes, duration, milliseconds, pretty } from "../../core/format.js";
import { badge, empty } from "../../components/page.js";
import { wordAt } from "./align.js";
import { place, speakerOf, unheard } from "./words.js";

/**
 * @param {object} record
 * @param {{onplay: ((seconds: number) => void) | null, onwhy: (turn: number) => void}} actions `onplay` is null where there is nothing to
 *   hear.
 * @returns An element with `timed(timing)` of align.js, `explain(waterfalls)` (that of each turn, or undefined), `at(seconds, isPlaying)`
 *   and `update(record)`.
 */
export function transcript(record, { onplay, onwhy }) {
  const list = h("ol.conversations-turns");
  const follows = h("input", { type: "checkbox", checked: true });
  follows.checked = true;
  const element = h(onplay ? "div.stack" : "div.stack.conversations-mute", list);
  let turns = [];
  let timing = null;
  let tracks = [];
  let lit = [null, null];
  let present = null;

  list.addEventListener("click", ({ target }) => {
    const word = target.closest(".word");
    if (word && onplay && getSelection().isCollapsed) onplay(timing?.[word.turn].words[word.number]?.start ?? turns[word.turn].time_in_call_secs);
  });

  element.update = ({ transcript: next, agent_id: first }) => {
    turns = next;
    let agent = first;
    const rows = turns.map((turn, index) => {
      const speaker = turn.agent_metadata?.agent_id ?? agent;
      const handed = turn.role === "agent" && speaker !== agent;
      if (turn.role === "agent") agent = speaker;
      return row(turn, index, handed ? speaker : null, { onplay: onplay && ((at) => onplay(timing?.[index].words.length ? timing[index].start : at)), onwhy });
    });
    list.replaceChildren(...rows);
    if (!rows.length) list.replaceChildren(h("li", empty("Nothing was said", "This call has no words: it ended before anybody spoke.")));
    if (timing) element.timed(null);
  };

  element.timed = (next) => {
    timing = next;
    tracks = ["user", "agent"].map((role) => (timing ?? []).flatMap((turn, index) => (turns[index]?.role === role ? turn.words.map((word, number) => ({ ...word, index, number })) : [])));
    lit = [null, null];
  };

  element.explain = (found) => {
    found.forEach((waterfall, index) => {
      const button = waterfall ? list.children[index]?.querySelector(".why") : null;
      if (!button) return;
      const after = waterfall.answered_after_ms;
      // A greeting or a re-prompt answers nothing, so it has no such time.
      button.textContent = after === null || waterfall.subject !== "answer" ? "Why?" : `Heard after ${milliseconds(after)} – why?`;
      button.hidden = false;
    });
  };

  element.at = (time, isPlaying) => {
    tracks.forEach((words, track) => {
      const found = words[wordAt(words, time)];
      const span = found ? list.children[found.index]?.querySelector(".said")?.children[found.number] : null;
      if (lit[track] === span) return;
      lit[track]?.classList.remove("now");
      span?.classList.add("now");
      lit[track] = span ?? null;
      if (!found) return;
      const item = list.children[found.index];
      if (item !== present) {
        present?.removeAttribute("aria-current");
        item.setAttribute("aria-current", "true");
        present = item;
        if (isPlaying && follows.checked && element.isConnected) item.scrollIntoView({ block: "nearest" });
      }
    });
  };

  element.update(record);
  if (record.has_audio) element.prepend(h("label.row.small.quiet", follows, "Scroll along while it plays"));
  return element;
}

function row(turn, index, agent, { onplay, onwhy }) {
  const isAgent = turn.role === "agent";
  const rest = turn.interrupted ? unheard(turn.message, turn.original_message) : "";
  const marks = [
    turn.interrupted && rest ? badge("Cut short", "caution") : null,
    turn.ignored_as_backchannel ? badge("Agreement: the agent went on") : null,
    turn.source_medium === "text" ? badge("Typed") : null,
    turn.feedback ? badge(turn.feedback.score === "like" ? "Thumbs up" : "Thumbs down", turn.feedback.score === "like" ? "good" : "alarm") : null,
  ];
  const results = new Map((turn.tool_results ?? []).map((result) => [result.request_id, result]));
  const calls = turn.tool_calls ?? [];
  const lone = (turn.tool_results ?? []).filter((result) => !calls.some((call) => call.request_id === result.request_id));
  return h(
    isAgent ? "li.agent" : "li.caller",
    onplay
      ? h("button.button.plain.time.figure", { aria: { label: `Play from ${place(turn.time_in_call_secs)}` }, onclick: () => onplay(turn.time_in_call_secs) }, duration(turn.time_in_call_secs))
      : h("span.time.figure", duration(turn.time_in_call_secs)),
    h(
      "div.body",
      h("div.row.who", h("strong", speakerOf(turn)), marks, isAgent ? h("button.button.plain.why.small", { hidden: true, onclick: () => onwhy(index) }) : null),
      agent ? h("p.small.quiet", `Another agent has taken over: ${agent}`) : null,
      turn.message ? h("p.said", words(turn.message, index)) : null,
      turn.multivoice_message ? h("p.small.quiet", `Voices: ${turn.multivoice_message.parts.map(({ voice_label: label, text }) => `${label ?? "the agent's own"} (“${text.trim()}”)`).join(", ")}`) : null,
      rest ? h("p.unheard", h("span.small", "Not heard any more: "), rest) : null,
      turn.contextual_update_info ? h("p.small.quiet", `Context from the page: ${turn.contextual_update_info.text}`) : null,
      (turn.file_inputs ?? []).map((file) => h("p", h("a", { href: file.file_url, download: file.original_filename }, file.original_filename), h("span.small.quiet", ` ${file.mime_type}`))),
      calls.map((call) => tool(call, results.get(call.request_id))),
      lone.map((result) => tool(null, result)),
    ),
  );
}

/** Each word by itself, so that it can be clicked and lit. */
function words(message, turn) {
  return message.trim().split(/\s+/).map((text, number) => {
    const word = document.createElement("span");
    word.className = "word";
    word.textContent = `${text} `;
    word.turn = turn;
    word.number = number;
    return word;
  });
}

const kinds = { client: "on the caller's side", system: "of the server", webhook: "webhook", mcp: "MCP server" };

function tool(call, result) {
  const about = call ?? result;
  const state = !result
    ? badge("No result", "caution")
    : result.is_error
      ? badge("Failed", "alarm")
      : badge(result.tool_latency_secs ? `Done in ${milliseconds(result.tool_latency_secs * 1000)}` : "Done", "good");
  const text = pretty(result?.result_value);
  const code = (title, content) => [h("p.small.quiet", title), h("pre.conversations-code", { tabindex: "0", aria: { label: title } }, content)];
  return h(
    "details.conversations-tool",
    h("summary", h("code", about.tool_name), h("span.small.quiet", kinds[about.type] ?? about.type), state),
    h(
      "div.stack",
      about.tool_has_been_called === false ? h("p.small.quiet", "It was not really run: a test's answer stands in its place.") : null,
      call ? code("Arguments", pretty(call.params_as_json) || "{}") : null,
      result ? code(text.length > 20_000 ? `Result (${bytes(text.length)})` : "Result", text || "(empty)") : null,
      result?.raw_error_message ? code(`Error${result.error_type ? ` (${result.error_type})` : ""}`, result.raw_error_message) : null,
      result?.dynamic_variable_updates?.length ? code("Variables set", result.dynamic_variable_updates.map((set) => `${set.variable_name}: ${set.old_value ?? "(none)"} → ${set.new_value}`).join("\n")) : null,
    ),
  );
}
