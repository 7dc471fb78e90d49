// What the page says of a call, in words.

import { milliseconds, percentile, pretty } from "../core/format.js";
import { closeCodes } from "./conversation.js";

const states = {
  idle: "Ready",
  microphone: "Allow the microphone: your browser asks for it",
  connecting: "Connecting…",
  listening: "Listening",
  hearing: "Hearing you",
  thinking: "Thinking…",
  speaking: "The agent speaks",
};

/**
 * Who has the floor. @param {string} state Of `floor.js`.
 * @param {{isMuted?: boolean, hasMicrophone?: boolean, isTextOnly?: boolean, tools?: {name: string, state: string}[]}} call `tools` are those that are not done.
 */
export function statusWords(state, { isMuted = false, hasMicrophone = true, isTextOnly = false, tools = [] } = {}) {
  if (state === "listening" || state === "thinking") {
    if (tools.some((tool) => tool.state === "waiting")) return "Waiting for your approval";
    if (tools.length) return `Using ${tools.at(-1).name}…`;
  }
  if (state === "listening" && (isTextOnly || !hasMicrophone)) return "Waiting for your message";
  if (state === "listening" && isMuted) return "Muted: you are not heard";
  if (state === "speaking" && isTextOnly) return "The agent writes…";
  return states[state];
}

const again = "Start again; if it happens again, the record of the call says more.";
const remedies = {
  missing_dynamic_variable: "Give the agent's variables values of their own, or call it with a client that gives them.",
  override_error: "Allow the override in the agent's settings, or leave it out.",
  rate_limit_exceeded: "Start again, and send less at a time.",
};

/**
 * How a call ended. @param {{code: number, reason: string, isByUser: boolean, wasReady: boolean, error: {kind: string|null}|null}} end The `end` event.
 * @returns {{text: string, isFailure: boolean}}
 */
export function endingWords({ code, reason, isByUser, wasReady, error }) {
  if (isByUser) return { text: "You ended the call.", isFailure: false };
  if (code === 1000) return { text: sentence(reason) || "The call ended.", isFailure: false };
  const failure = (...parts) => ({ text: parts.filter(Boolean).join(" "), isFailure: true });
  if (code === 1006 && !wasReady) return failure("The server does not answer, or does not admit this page. See whether it is running, and start again.");
  if (code === 1006) return failure("The connection to the server was lost. See whether it is running and the network is there, and start again.");
  if (code === 1001) return failure("The server was shut down. Start again when it is back.");
  if (code === closeCodes.noAnswer) return failure("The server did not answer within 10 seconds. It may still be loading its models: try again in a moment.");
  if (code === closeCodes.lost) return failure("Nothing came from the server for 30 seconds, so the call was ended. Check the network, and start again.");
  return failure(sentence(reason) || `The server closed the call (${code}).`, remedies[error?.kind] ?? (code === 1008 ? null : again));
}

function sentence(text) {
  const whole = (text ?? "").trim();
  return whole && !/[.!?…]$/.test(whole) ? `${whole}.` : whole;
}

export const problemWords = {
  lost: "The microphone was taken away: it was unplugged, or the browser's permission ended. The call goes on; connect it and use it again, or type.",
  blocked: "The system or another call keeps the microphone silent. Give it back there, or type.",
  silent: "The microphone has been silent for 8 seconds. If you are speaking, see that it is switched on, that it is the right one, and that its input level is up.",
  stalled: "Nothing comes from the server at the moment. The call goes on when it is back; check the network.",
  paused: "The browser has paused the sound.",
  unloaded: "The server does not answer, so the call's audio could not be loaded. See whether it is running, and start again.",
};

/** A tool's state: its words, and the kind of its badge. */
export function toolWords({ state, answered }) {
  if (state === "waiting") return answered === null ? ["Asks for approval", "caution"] : answered ? ["Approved", null] : ["Refused", null];
  return { running: ["Running…", null], done: ["Done", "good"], failed: ["Failed", "alarm"], blocked: ["Not run", "caution"], cut: ["The call ended", null] }[state] ?? [state, null];
}

/** Arguments and results as people read them: text blocks as text, others by their type, JSON indented. */
export function plainValue(value) {
  if (Array.isArray(value) && value.every((block) => block?.text ?? block?.type)) return value.map(({ text, type }) => text ?? `[${type}]`).join("\n");
  if (typeof value !== "string") return JSON.stringify(value, null, 2) ?? "";
  return pretty(value);
}

const measured = (from) =>
  `Measured in this page ${from}, to the first sound of the answer at the loudspeaker, a filler such as “One moment” included. ` +
  "It holds the pause by which the agent knows that you have finished, the network, and the browser's output delay as far as the browser tells it; not the delays of microphone and headset.";

/** What a latency measures, by its `from`. */
export const latencyHelp = {
  voice: measured("from the end of your voice, where the microphone's level fell"),
  transcript: measured("from the arrival of your transcript, since the microphone's level did not show where your voice ended"),
  typed: "Measured in this page from the sending of your message to the first sound of the answer at the loudspeaker.",
};

/** All answers of a call in one line. */
export function latencySummary(answers) {
  if (answers.length === 0) return "";
  const times = answers.map((answer) => answer.milliseconds);
  const last = `Answered after ${milliseconds(times.at(-1))}`;
  return times.length < 3 ? last : `${last}, typically ${milliseconds(percentile(times, 0.5))}`;
}
