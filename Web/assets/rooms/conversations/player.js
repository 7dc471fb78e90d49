// The recording of a call: both channels as waveforms, played by an audio element.

import { get } from "../../core/api.js";
import { h, svg } from "../../core/dom.js";
import { duration } from "../../core/format.js";
import { icons } from "../../core/icons.js";
import { select } from "../../components/field.js";
import { notice } from "../../components/page.js";
import { waveform } from "../../components/waveform.js";
import { readRecording } from "./recording.js";
import { place } from "./words.js";

/** Milliseconds that a long recording may take to come: the server encodes it on the way. */
const PATIENCE = 900_000;
/** Seconds that an arrow key moves. */
const STEP = 5;

/**
 * @param {object} record Of a call with a recording.
 * @param {{ontime: (seconds: number, isPlaying: boolean) => void, onpeaks: (peaks: object) => void, signal: AbortSignal}} options
 *   `onpeaks` is called when all of the recording is there.
 * @returns An element with `seek(seconds, plays)`, `mark(marks)` and `time()`.
 */
export function player(record, { ontime, onpeaks, signal }) {
  const path = `/v1/convai/conversations/${encodeURIComponent(record.conversation_id)}/audio`;
  const length = Math.max(1, record.metadata.call_duration_secs);
  // Until the recording is here, the browser plays it from the server.
  const audio = h("audio", { preload: "none", src: path });
  const waves = waveform({
    channels: [{ label: "Caller", color: "--series-2" }, { label: "Agent", color: "--series-1" }],
    duration: length,
    onseek: (seconds) => seek(seconds),
    signal,
  });
  const clock = h("span.figure", place(0));
  const button = h("button.button.primary.icon", { onclick: toggle });
  const problem = h("div", { role: "status" });
  const speed = select([["1", "1×"], ["1.25", "1.25×"], ["1.5", "1.5×"], ["2", "2×"]], { aria: { label: "Speed" }, onchange: ({ target }) => (audio.playbackRate = audio.defaultPlaybackRate = Number(target.value)) });
  const zoom = (label, factor, text) => h("button.button.icon", { aria: { label }, title: label, onclick: () => waves.zoom(factor) }, text);
  const element = h(
    "section.card.conversations-player",
    { aria: { label: "Recording" } },
    h("div.row", button, clock, h("span.total.quiet", `of ${duration(length)}`), h("span.grow.help", "Space plays, arrows move."), speed, h("span.row.zoom", zoom("Show less of it", 2, "+"), zoom("Show more of it", 0.5, "−"), zoom("Show all of it", 0, "↔"))),
    waves,
    problem,
  );
  let time = 0;
  let whole = null;

  function show() {
    const isPlaying = !audio.paused;
    button.setAttribute("aria-label", isPlaying ? "Pause" : "Play");
    button.replaceChildren(svg(isPlaying ? icons.pause : icons.play));
  }

  function tell() {
    clock.textContent = place(time);
    waves.at(time, !audio.paused);
    ontime(time, !audio.paused);
  }

  function follow() {
    if (signal.aborted) return;
    time = audio.currentTime;
    tell();
    if (!audio.paused) requestAnimationFrame(follow);
  }

  function seek(seconds, plays = false) {
    time = Math.min(length, Math.max(0, seconds));
    audio.currentTime = time;
    tell();
    if (plays) play();
  }

  const play = () => audio.play().catch((error) => error.name !== "AbortError" && say("The recording cannot be played in this browser. It can be downloaded above."));
  const say = (text) => problem.replaceChildren(notice(text, "caution"));

  function toggle() {
    if (audio.paused) {
      if (time >= length - 0.2) seek(0);
      play();
    } else audio.pause();
  }

  /** Plays from memory from now on, unless that would be heard as a gap. */
  function useWhole() {
    if (!whole || !audio.paused) return;
    audio.src = whole;
    audio.currentTime = time;
    audio.playbackRate = audio.defaultPlaybackRate;
    audio.removeEventListener("pause", useWhole);
  }

  async function read() {
    let isFaulty = false;
    let last = null;
    try {
      const response = await get(path, {}, { as: "response", signal, patience: PATIENCE });
      const blob = await readRecording(response, { onpeaks: (peaks) => waves.show((last = peaks)), onerror: () => (isFaulty = true) });
      if (signal.aborted) return;
      whole = URL.createObjectURL(blob);
      audio.addEventListener("pause", useWhole);
      useWhole();
      if (last) onpeaks(last);
      if (isFaulty || !last) say("The waveforms could not be drawn: this browser cannot decode the recording. It may still play.");
    } catch (error) {
      if (signal.aborted) return;
      if (error.status === 404) element.replaceChildren(notice("The recording of this call is missing on the server. Everything else of the call is here.", "caution"));
      else say(`The recording could not be read: ${error.message}`);
    }
  }

  for (const event of ["play", "pause", "ended"]) audio.addEventListener(event, () => (show(), follow()));
  document.addEventListener("keydown", press, { signal });
  function press(event) {
    const target = event.target;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (target.closest("input, select, textarea, dialog, [role=tab], [data-keys], .conversations-rows, .rooms")) return;
    const isButton = target.closest("button, a, summary");
    const move = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key];
    if (event.key === " " && !isButton) toggle();
    else if (move) seek(time + move * (event.shiftKey ? 0.2 : 1));
    else if (target === waves && event.key === "Home") seek(0);
    else if (target === waves && event.key === "End") seek(length);
    else if (event.key === "+" || event.key === "-") waves.zoom(event.key === "+" ? 2 : 0.5);
    else return;
    event.preventDefault();
  }
  signal.addEventListener("abort", () => {
    audio.pause();
    audio.removeAttribute("src");
    if (whole) URL.revokeObjectURL(whole);
  });
  show();
  // The page is painted first.
  requestAnimationFrame(() => setTimeout(read));
  element.seek = seek;
  element.mark = waves.mark;
  element.time = () => time;
  return element;
}
