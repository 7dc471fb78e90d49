// The call on the page: one button, the transcript, who has the floor, and a line to type into.

import { h, svg, uniqueID } from "../core/dom.js";
import { duration } from "../core/format.js";
import { icons } from "../core/icons.js";
import { Call } from "./call.js";
import { entryList } from "./entries.js";
import { followKeyboard } from "./keyboard.js";
import { laneStrip } from "./lanes.js";
import { latencyHelp, latencySummary, statusWords } from "./wording.js";

/** Milliseconds between tellings that the person is typing. */
const TYPING = 1000;
/** Pixels from the transcript's end within which it follows what comes. */
const NEAR = 80;

/**
 * The panel of a page. Calls end when `signal` aborts. `describe({isTextOnly})` of the result tells what kind of agent it is.
 *
 * @param {object} options
 * @param {() => ({agentID: string, signature?: string|null, isTextOnly?: boolean} | null)} options.agent Whom to call; null while there is nobody.
 * @param {boolean} options.hasRecord Whether the reader may open the call's record.
 * @param {(isOn: boolean) => void} [options.onCall] Told when a call begins and ends.
 * @param {AbortSignal} options.signal
 */
export function callPanel({ agent, hasRecord, onCall = () => {}, signal }) {
  let call = null;
  let isOn = false;
  let beginning = icons.talk;

  const list = entryList({ hasRecord, approve: (entry, isApproved) => call.approve(entry, isApproved) });
  const welcome = h("div.talk-welcome");
  const tentative = h("p.talk-entry.user.tentative", { aria: { hidden: "true" }, hidden: true });
  const scroll = h("div.talk-scroll", { tabindex: "0", role: "region", aria: { label: "Transcript" } }, welcome, list, tentative);
  const notices = h("div.talk-notices");
  const strip = laneStrip();
  const face = h("span.talk-face", svg(icons.talk));
  const button = h("button.talk-call", { aria: { label: "Start the call" }, onclick: () => (isOn ? call.end() : start()) }, h("span.talk-ring"), face);
  const mute = h("button.button.talk-mute", { disabled: true, title: "M", aria: { pressed: "false" }, onclick: switchMute }, svg(icons.talk), h("span", "Mute"));
  const status = h("span.talk-status", "Ready");
  // What a screen reader says by itself: little, since the agent is heard.
  const announcement = h("p.unseen", { role: "status" });
  const clock = h("span.figure.quiet.talk-clock");
  const help = h("div.talk-help", { popover: "auto", id: uniqueID("help") }, h("p", latencyHelp.voice), h("p", "An answer to a typed message is measured from its sending."));
  const summary = h("button.talk-summary.figure", { popovertarget: help.id, hidden: true });
  const dock = h("div.talk-dock", mute, button, h("div.talk-floor", h("p", status, " ", clock), announcement, summary, help));
  const message = h("input.input", { type: "text", maxlength: "4000", autocomplete: "off", enterkeyhint: "send", placeholder: "Or type a message", aria: { label: "Message" }, oninput: typing });
  const compose = h("form.talk-compose", { onsubmit: send }, message, h("button.button", { type: "submit" }, svg(icons.send), h("span", "Send")));
  const element = h("section.talk-panel", { dataset: { state: "idle", call: "off" }, aria: { label: "Call" } }, scroll, notices, strip, dock, compose);

  /** Says how one begins; an agent that is text only neither hears nor speaks. */
  element.describe = ({ isTextOnly = false, isGone = false } = {}) => {
    const [title, text] = isGone
      ? ["There is no such agent", "It may have been deleted. Choose another one."]
      : isTextOnly
      ? ["Write to the agent", "This agent neither hears nor speaks: it reads and writes."]
      : ["Press the button and speak", "Speak over the agent at any time; it will stop and listen."];
    welcome.replaceChildren(h("h2", title), h("p.quiet", text));
    element.dataset.kind = isTextOnly ? "text" : "voice";
    beginning = isTextOnly ? icons.conversations : icons.talk;
    message.placeholder = isTextOnly ? "Type a message" : "Or type a message";
    if (!isOn) face.replaceChildren(svg(beginning));
  };
  element.describe();

  signal.addEventListener("abort", () => call?.end());
  followKeyboard((pixels) => document.documentElement.style.setProperty("--keyboard", `${pixels}px`), signal);
  document.addEventListener("keydown", (event) => {
    const isTyped = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key.toLowerCase() === "m" && !isTyped && !event.ctrlKey && !event.metaKey && !event.altKey && !mute.disabled) switchMute();
  }, { signal });

  function start({ microphone = true, text = null } = {}) {
    const whom = agent();
    if (!whom) return;
    list.clear();
    notices.replaceChildren();
    tentative.hidden = true;
    welcome.hidden = true;
    isOn = true;
    call = new Call(whom, (what, value) => changed[what]?.(value));
    onCall(true);
    element.dataset.call = "on";
    button.setAttribute("aria-label", "End the call");
    face.replaceChildren(svg(icons.stop));
    call.start({ microphone, text });
  }

  const changed = {
    state: showState,
    entries(entries) {
      following(() => list.update(entries));
      for (const { role, text, isWhole } of entries) if (role === "note" || (isWhole && call.isTextOnly)) announce(text);
    },
    tentative: () => following(() => {
      tentative.textContent = call.transcript.tentative;
      tentative.hidden = !call.transcript.tentative;
    }),
    problems: showProblems,
    levels: showLevels,
    end() {
      isOn = false;
      element.dataset.call = "off";
      button.setAttribute("aria-label", "Start the call");
      face.replaceChildren(svg(beginning));
      welcome.hidden = !call.transcript.isEmpty;
      showLevels();
      onCall(false);
    },
  };

  /** Follows the end of the transcript, unless the reader has scrolled away from it. */
  function following(change) {
    const isNear = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR;
    change();
    if (isNear) scroll.scrollTop = scroll.scrollHeight;
  }

  function showState() {
    const { state, isMuted, hasMicrophone, isTextOnly } = call;
    const set = (node, text) => node.textContent !== text && ((node.textContent = text), true);
    element.dataset.state = state;
    element.dataset.voiced = call.voiced.toFixed(2);
    const words = statusWords(state, { isMuted, hasMicrophone, isTextOnly, tools: call.tools });
    if (set(status, words)) announce(call.phase !== "live" || isMuted || words.includes("approval") ? words : "");
    const length = call.began === null ? "" : duration(((call.ended ?? performance.now()) - call.began) / 1000);
    set(clock, length && call.ended ? `The call lasted ${length}` : length);
    set(summary, latencySummary(call.latency.answers));
    summary.hidden = !summary.textContent;
    if (mute.getAttribute("aria-pressed") !== String(isMuted)) mute.firstChild.replaceWith(svg(isMuted ? icons.mute : icons.talk));
    mute.disabled = !(call.phase === "live" && hasMicrophone);
    mute.setAttribute("aria-pressed", String(isMuted));
  }

  function announce(text) {
    announcement.textContent = text;
  }

  function showLevels() {
    const { you, agent: theirs } = call.levels;
    button.style.setProperty("--level", (call.state === "speaking" ? theirs : you).toFixed(2));
    strip.draw(call.lanes, call.levels);
  }

  function showProblems() {
    const actions = { microphone: ["Use the microphone", () => call.openMicrophone()], resume: ["Go on", () => call.resume()] };
    const shown = [...call.problems].map(([name, { text, kind, action }]) => {
      const [words, act] = actions[action] ?? [];
      const doIt = act ? h("button.button", { onclick: act }, words) : null;
      return h(`div.notice.${kind}.row`, { role: kind === "alarm" ? "alert" : "status", dataset: { problem: name } }, h("p.grow", text), doIt);
    });
    following(() => notices.replaceChildren(...shown));
  }

  function switchMute() {
    call.isMuted = !call.isMuted;
  }

  function send(event) {
    event.preventDefault();
    const text = message.value.trim();
    if (!text) return;
    message.value = "";
    if (isOn) call.sendText(text);
    else start({ microphone: false, text });
  }

  let lastTyped = 0;
  function typing() {
    if (!isOn || performance.now() - lastTyped < TYPING) return;
    lastTyped = performance.now();
    call.sendActivity();
  }

  return element;
}
