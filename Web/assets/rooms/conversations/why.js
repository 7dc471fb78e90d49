// Why the agent spoke, stopped or went on, in sentences. They say what the log says, and nothing that it does not.

import { listed, milliseconds, percentile } from "../../core/format.js";
import { WINDOW, criticalPath, failureText, isFailed, lastStep, longest, oddsText, percent, seconds, waits } from "./waterfall.js";

const clock = (value) => `${value.toFixed(2)} s`;

/** What each cause of a response that answers no speech is called, and why it was made. */
const causes = {
  greeting: ["Greeting", "The call had begun, and this agent speaks first."],
  typed: ["Answer to a typed message", "A message was typed, which is a whole turn: there was nothing to wait for but the answer."],
  takeover: ["Another agent takes over", "The call was handed over, and the new agent speaks next."],
  silence: ["The agent speaks up", "Nobody was speaking: after such a silence the agent asks, or tells what has come late, or asks for words that it could not make out."],
  overheard: ["Answer to words spoken over the agent", "The words had been spoken over a response that they did not stop, so they were answered after it."],
  farewell: ["Goodbye", "The call had reached its longest duration, so the agent said goodbye."],
};

/**
 * Explains a waterfall of `GET /v1/parley/conversations/{id}/waterfalls`.
 *
 * @param {{name: string, ms: number}[]} tools That the response ran, from the record: the log's waterfalls do not name them.
 * @returns {{title: string, sentences: string[], path: {id: string, from: number, to: number}[], heldUpBy: string | null}}
 *   `path` as of `criticalPath`; `heldUpBy` names what took longest.
 */
export function why(waterfall, tools = []) {
  const path = criticalPath(waterfall, tools.length > 0);
  const most = longest(path);
  const heldUpBy = most && most.to - most.from > WINDOW ? waits[most.id] : null;
  if (waterfall.subject === "overlap") return { title: title("Spoken over", waterfall.words), sentences: overlap(waterfall), path, heldUpBy };
  if (waterfall.subject === "answer") return { title: title("Answer", waterfall.words), sentences: [...answer(waterfall, path), ...troubles(waterfall), ...ran(tools)], path, heldUpBy };
  const [name, reason] = causes[waterfall.cause] ?? [`Response (${waterfall.cause})`, "The log does not say more about why it was made."];
  return { title: title(name, waterfall.words), sentences: [`${reason} It was begun at ${clock(waterfall.at_secs)}.`, ...making(waterfall, path), ...reserve(waterfall), ...troubles(waterfall), ...ran(tools)], path, heldUpBy };
}

const ran = (tools) => (tools.length ? [`It used ${listed(tools.map(({ name, ms }) => `${name} (${milliseconds(ms)})`))}.`] : []);

const title = (name, words) => (words ? `${name}: “${words}”` : name);

// MARK: Answers

function answer(waterfall, path) {
  const over = lastStep(waterfall, "turn_over");
  const sentences = [`The caller stopped speaking at ${clock(waterfall.at_secs)}.`];
  const floor = waterfall.steps.find((step) => step.step === "settled" && step.takes_floor);
  if (floor) sentences.push("The caller had begun while the agent spoke, and these words stopped it.");
  if (over) sentences.push(...ending(over), ...late(waterfall, over, path));
  else sentences.push("The log has no decision that the turn was over.");
  return [...sentences, ...making(waterfall, path, over), ...thrownAway(waterfall), ...reserve(waterfall)];
}

/** Why the pause was the end. */
function ending(over) {
  const words = over.words ? `“${over.words}”` : "that were understood";
  if (over.basis === "missingTranscript") return [`No transcript of the last sounds came within ${seconds(over.wait_ms)}, so the words “${over.words}”, understood until then, counted.`];
  if (over.basis === "noise") return [`Sound went on after the words ${words}, but no new word came, so they were taken for the end.`];
  if (over.basis !== "silence") return [`The turn was taken for over (${over.basis}).`];
  const judged = over.odds === null || over.odds === undefined ? byRule(over, words) : byOdds(over, words);
  const model = typeof over.ending === "number" ? ` A language model was asked too: it gave ${percent(over.ending)} that nothing follows them.` : "";
  return [`${judged}.${model}`, `So the agent waited for ${seconds(over.wait_ms)} of silence${pace(over)}.`];
}

const sounds = { conclusive: "sounded finished", complete: "sounded rather finished than not", neutral: "said little about the end", unlikely: "sounded as if more might follow", open: "sounded unfinished" };

function byOdds({ odds, completeness, sound }, words) {
  const said = `The words ${words} ${sounds[completeness] ?? "were judged"} (odds ${oddsText(odds)})`;
  if (typeof sound !== "number") return `${said}; the sound of the voice did not count`;
  const chance = `${percent(sound)} for an end`;
  if (odds >= 0 && sound >= 0.5) return `${said}, the sound of the voice ${sound >= 0.75 ? "too" : "less so"} (${chance})`;
  if (odds < 0 && sound < 0.5) return `${said}, and so did the sound of the voice (${chance})`;
  return `${said}, but the sound of the voice ${odds >= 0 ? "did not" : "was that of an end"} (${chance})`;
}

const rules = {
  conclusive: "are whole by rule: nothing is missing",
  complete: "are whole by rule: a value that was asked for, or a sentence with its mark",
  neutral: "may be whole or not: no rule knows",
  unlikely: "may go on, by rule",
  open: "lack something by rule: a part of a value, or what follows a mark that breaks off",
};

function byRule({ completeness, sound }, words) {
  const heard = typeof sound === "number" ? `; by the sound of the voice an end had ${percent(sound)}` : "; the sound of the voice did not count";
  return `The words ${words} ${rules[completeness] ?? "were judged by rule"}${heard}`;
}

function pace({ pace: factor, least_ms: least, wait_ms: wait }) {
  if (typeof least === "number" && wait <= least) return ", because this caller had gone on into an answer before";
  if (typeof factor !== "number" || Math.abs(factor - 1) < 0.005) return "";
  return factor < 1
    ? `, ${percent(1 - factor)} less than usual, because this caller pauses little`
    : `, ${percent(factor - 1)} more than usual, because this caller pauses for long and goes on`;
}

const lateness = {
  words: "The transcript came only then",
  sound: "The judgement of the sound came only then",
  ending: "The language model's judgement of the words came only then",
  unknown: "The log does not say what for",
};

/** What the decision itself waited for beyond the silence. */
function late(waterfall, over, path) {
  const part = path.find(({ id, from }) => id in lateness && from > 0 && from < over.at_ms);
  if (!part || over.basis !== "silence") return [];
  const step = { words: "transcript", sound: "verdict" }[part.id];
  const worked = step ? lastStep(waterfall, step)?.work_ms : null;
  return [`The turn was over only after ${seconds(over.silence_ms)}. ${lateness[part.id]}${worked ? `, after ${seconds(worked)} of work` : ""}.`];
}

// MARK: The making of a response

function making(waterfall, path, over = null) {
  const heard = lastStep(waterfall, "heard");
  const gate = lastStep(waterfall, "gate_open");
  const ready = ["ready", "safe", "first_audio"].map((name) => lastStep(waterfall, name)?.at_ms).filter(Number.isFinite);
  const base = over?.at_ms ?? 0;
  const rest = path.filter(({ from, to }) => from >= base && to - from >= 10);
  const since = over ? " after the caller's last sound" : " later";
  if (isFailed(waterfall)) return [`Nothing of it was heard: it failed ${seconds(lastStep(waterfall, "failed").at_ms)}${since}.`];
  if (!heard) return [gate ? `It was released ${seconds(gate.at_ms)}${since}, but no sound of it was sent: it was written only, or something else came first.` : "It was not released."];
  if (!rest.length) {
    const lead = ready.length ? base - Math.max(...ready) : 0;
    if (!over) return ["It was ready and heard at once."];
    const was = lead >= 10 ? `The answer was ready ${seconds(lead)} before that` : "The answer was ready by then";
    return [`${was}, so nothing else held it up: it was heard ${seconds(heard.at_ms)}${since}.`];
  }
  const chain = rest.map(({ id, from, to }) => `${waits[id]} (${seconds(to - from)})`);
  const named = chain.length > 1 ? `${chain.slice(0, -1).join(", then for ")}, and last for ${chain.at(-1)}` : chain[0];
  return [`${over ? "The answer was not ready then. It" : "It"} waited for ${named}. It was heard ${seconds(heard.at_ms)}${since}.`];
}

function thrownAway(waterfall) {
  const times = waterfall.steps.filter((step) => step.step === "discard").length;
  if (!times) return [];
  return [`Before, ${times === 1 ? "an answer was" : `${times} answers were`} begun early and thrown away unheard, because the caller went on or the words had changed.`];
}

/** What went wrong while the response was made, and what the agent did about it. */
function troubles({ steps }) {
  const fillers = steps.filter(({ step }) => step === "bridged");
  const bridged = fillers.length ? [`The next words were not there in time, so the agent filled the wait with ${fillers.length === 1 ? "a short phrase" : `${fillers.length} short phrases`} such as “One moment”.`] : [];
  const failed = steps.flatMap((step, index) => {
    if (step.step !== "failed") return [];
    const before = steps.slice(0, index).map((one) => one.step);
    const engine = { language_model: "language model", voice: "voice" }[step.task] ?? "engine";
    const place = before.includes("first_token") ? "after what had been written" : "in place of an answer";
    const isSorry = steps.slice(index).some((one) => one.step === "apology");
    return [`The ${engine} ${failureText(step)}${isSorry ? `, so the agent apologised ${place}` : ""}.`];
  });
  return [...bridged, ...failed];
}

function reserve(waterfall) {
  const second = lastStep(waterfall, "second_audio");
  if (!second) return [];
  return [second.left_ms > 0 ? `The second clause was there ${seconds(second.left_ms)} before the first one ran out.` : "The first clause had run out when the second was there."];
}

// MARK: Speech over the agent

const degrees = { braked: "sent no more than it had to", ducked: "spoke more quietly", held: "fell silent" };

/** Why the agent stopped or went on, by the basis of the decision. */
const bases = {
  words: (s) => `The words “${s.words}” are more than agreement`,
  unclearWords: (s) => `“${s.words}” has a single word that is no agreement, but it was understood twice in a row while the speech had lasted ${seconds(s.speech_ms)}${limit(s)}`,
  length: (s) => `The speech lasted ${seconds(s.speech_ms)}${limit(s)}, which is longer than agreement such as “mm-hm” is`,
  agreement: (s) => `The words “${s.words}” are agreement and no wish to speak`,
  noWords: () => "No word was understood: a cough or a tap sounds like that",
  faint: (s) => `The voice was too faint to be this caller's${levels(s)}`,
  uninterruptible: (s) => `What the agent said cannot be interrupted, whatever the words (“${s.words}”)`,
};

const limit = (step) => (typeof step.threshold_ms === "number" ? ` (${seconds(step.threshold_ms)} are enough)` : "");

const decibels = (level) => `${level < 0 ? "−" : ""}${Math.abs(level).toFixed(0)} dB`;

function levels({ peak_db: peak, near_level_db: near }) {
  if (typeof peak !== "number") return "";
  return ` (its loudest moment had ${decibels(peak)}${typeof near === "number" ? `, and this caller is above ${decibels(near)}` : ""})`;
}

function overlap(waterfall) {
  const settled = lastStep(waterfall, "settled");
  const sentences = [`At ${clock(waterfall.at_secs)} somebody began to speak while the agent spoke.`];
  const yielded = Object.keys(degrees).flatMap((name) => {
    const step = waterfall.steps.find((candidate) => candidate.step === name);
    return step ? [`${degrees[name]} ${step.at_ms < 10 ? "at once" : `after ${seconds(step.at_ms)}`}`] : [];
  });
  if (yielded.length) sentences.push(`Until it was clear what that was, the agent ${listed(yielded)}.`);
  else if (settled) sentences.push("The agent spoke on while it found out what that was.");
  if (!settled) return [...sentences, "The log has no decision about it."];
  const reason = bases[settled.basis]?.(settled) ?? `It was decided (${settled.basis})`;
  const outcome = settled.takes_floor ? "the agent stopped, and the caller was listened to" : settled.basis === "uninterruptible" ? "the agent went on to the end" : "the agent went on from where it was";
  return [...sentences, `${reason}, so ${outcome} (after ${seconds(settled.at_ms)}).`];
}

// MARK: A whole call

/**
 * What the answers of a call have in common.
 *
 * @param {{waterfall: object, reason: ReturnType<typeof why>}[]} explained
 * @returns {{answers: number, p50: number | null, p95: number | null, heldUp: {text: string, times: number}[]}} Milliseconds.
 */
export function summary(explained) {
  const answers = explained.filter(({ waterfall }) => waterfall.subject === "answer" && waterfall.answered_after_ms !== null);
  const times = answers.map(({ waterfall }) => waterfall.answered_after_ms);
  const counts = new Map();
  for (const { reason } of answers) if (reason.heldUpBy) counts.set(reason.heldUpBy, (counts.get(reason.heldUpBy) ?? 0) + 1);
  const heldUp = [...counts].map(([text, number]) => ({ text, times: number })).sort((a, b) => b.times - a.times);
  return { answers: answers.length, p50: percentile(times, 0.5), p95: percentile(times, 0.95), heldUp };
}
