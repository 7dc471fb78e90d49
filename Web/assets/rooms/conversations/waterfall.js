// The timeline of one response or overlap, read for drawing: its steps in words, what waited for what, and its lanes.

/** Milliseconds as seconds with two decimals: `0.57 s`. */
export const seconds = (ms) => `${(ms / 1000).toFixed(2)} s`;

export const percent = (share) => `${Math.round(share * 100)} %`;
const quoted = (words) => (words ? `“${words}”` : "no words");

/** Odds from their logarithm, as people say them: `9 to 1`, `1 to 4`, `even`. */
export function oddsText(logarithm) {
  const ratio = Math.exp(Math.abs(logarithm));
  if (ratio < 1.15) return "even";
  const side = ratio >= 100 ? "more than 100" : String(Number(ratio.toFixed(ratio < 3 ? 1 : 0)));
  return logarithm > 0 ? `${side} to 1` : `1 to ${side}`;
}

/** Every step that a log can have: its name and what its numbers say. */
const steps = {
  speech: ["Speech begins", () => "The utterance begins, with 0.32 s of sound before the voice was noticed."],
  soft_end: ["Short pause", (s) => `Silent for a moment (pause ${s.pause} of the call): the words so far are made final.`],
  transcript: ["Transcript", (s) => `${quoted(s.words)}${work(s, "The recogniser")}`],
  verdict: ["Judgement of the sound", (s) => `By its sound this was an end with ${percent(s.probability)}${work(s, "The turn detector")}`],
  ending: ["Judgement of the words", (s) => `A language model gave ${percent(s.probability)} that nothing follows ${quoted(s.words)}.`],
  prepare: ["Answer begun", (s) => `Answer ${s.response} is begun${s.words ? ` to ${quoted(s.words)}` : ""}. Nobody hears it yet.`],
  discard: ["Answer thrown away", (s) => `Answer ${s.response} is thrown away. Nobody has heard it.`],
  first_token: ["Model's first word", () => "The language model has written its first word."],
  first_clause: ["First clause", () => "The first clause is whole, so that the voice can begin."],
  first_audio: ["First sound", () => "The first clause's first sound is made."],
  safe: ["Enough in reserve", (s) => `${seconds(s.queued_ms)} of speech are there, and ${seconds(s.needed_ms)} are needed until more follows.`],
  ready: ["Ready", () => "It could be heard from here on."],
  turn_over: ["Turn over", (s) => `After ${seconds(s.silence_ms)} of silence, of which ${seconds(s.wait_ms)} were asked for, the turn counts as over.`],
  gate_open: ["Gate opens", () => "The response may be heard."],
  heard: ["Heard", () => "Its first sound is sent to the caller."],
  second_audio: ["Second clause", (s) => `The second clause's first sound is made, with ${seconds(s.left_ms)} of the first still to be heard.`],
  braked: ["Braked", () => "The agent sends no more than it must, so that it can stop at once."],
  ducked: ["Quieter", () => "The agent speaks more quietly."],
  held: ["Silent", () => "The agent is silent and waits."],
  full: ["Full volume", () => "The agent speaks on at full volume."],
  settled: ["Decided", (s) => `${s.takes_floor ? "The agent stops" : "The agent goes on"} after ${seconds(s.speech_ms)} of speech over it: ${quoted(s.words)}.`],
  interrupt: ["Stopped", () => "The agent stops."],
  bridged: ["Filler", () => "The next words were not there yet, so a short phrase such as “One moment” fills the wait."],
  failed: ["Failure", (s) => `The engine ${failureText(s)}.`],
  apology: ["Apology", () => "The agent apologises for it."],
};

/** Which engine failed and what it said: `gpt-x failed: “…”`. */
export const failureText = ({ engine, message }) => `${engine ? `${engine} ` : ""}failed${message ? `: “${message.replace(/[.\s]+$/, "")}”` : ""}`;

/** Whether a response failed before anything of it could be heard. */
export const isFailed = (waterfall) => Boolean(lastStep(waterfall, "failed") && !lastStep(waterfall, "gate_open"));

const work = (step, who) => (step.work_ms === null || step.work_ms === undefined ? "." : step.work_ms === 0 ? ". It was there already." : `. ${who} worked ${seconds(step.work_ms)}.`);

/** @returns {{name: string, text: string}} What a step is called and what it says; a step that is not known has its own name. */
export function stepText(step) {
  const known = steps[step.step];
  if (known) return { name: known[0], text: known[1](step) };
  const { step: name, at_ms: _, ...detail } = step;
  return { name: String(name).replaceAll("_", " "), text: Object.entries(detail).map(([key, value]) => `${key} ${value}`).join(", ") };
}

/** The last step of that name, or undefined. */
export const lastStep = (waterfall, name) => waterfall.steps.findLast((step) => step.step === name);

/** The windows of sound are 32 ms long, so that what comes within one more has come in time. */
export const WINDOW = 40;

/** What can be waited for, by the name of what ended the wait. */
export const waits = {
  wait: "the silence that the words and the sound ask for",
  words: "the transcript",
  sound: "the judgement of the sound",
  ending: "the language model's judgement of the words",
  noise: "the end of the noise after the words",
  unknown: "something that the log does not name",
  begin: "the answer to be begun",
  asking: "the model to ask for a tool",
  result: "the tool, and the model's first word after it",
  model: "the model's first word",
  clause: "the model's first clause",
  voice: "the voice's first sound",
  reserve: "enough speech in reserve",
  gate: "the gate to open",
  bridge: "the next words, until a filler was to take their place",
  failure: "an engine that failed",
};

const judgements = { transcript: "words", verdict: "sound", ending: "ending" };
const making = { first_token: "model", first_clause: "clause", first_audio: "voice", safe: "reserve", bridged: "bridge", failed: "failure" };

/**
 * What was waited for, one thing after the other, from the end of the caller's speech (or the beginning of a response that
 * answers no speech) to the first sound that was heard, or to the failure because of which there was none. Empty for overlaps.
 *
 * @param {boolean} usesTools Whether the response ran tools: it is released when the first of them may run.
 * @returns {{id: keyof typeof waits, from: number, to: number}[]} Milliseconds; they follow one another without gaps.
 */
export function criticalPath(waterfall, usesTools = false) {
  if (waterfall.subject === "overlap") return [];
  const end = (lastStep(waterfall, "heard") ?? lastStep(waterfall, "gate_open") ?? lastStep(waterfall, "failed"))?.at_ms ?? 0;
  const path = [];
  let cursor = 0;
  const until = (time, id) => {
    const to = Math.min(time, end);
    if (to > cursor) path.push({ id, from: cursor, to });
    cursor = Math.max(cursor, to);
  };
  const over = lastStep(waterfall, "turn_over");
  if (over) {
    if (over.basis === "missingTranscript") until(over.at_ms, "words");
    else if (over.basis === "noise") until(over.at_ms, "noise");
    else if (over.at_ms - over.wait_ms <= WINDOW) until(over.at_ms, "wait");
    else {
      until(over.wait_ms, "wait");
      const late = waterfall.steps.findLast(({ step, at_ms: at }) => step in judgements && at <= over.at_ms && at > over.wait_ms);
      until(over.at_ms, late ? judgements[late.step] : "unknown");
    }
  }
  const gate = lastStep(waterfall, "gate_open");
  const begun = waterfall.steps.findLast(({ step, response }) => step === "prepare" && (!gate || response === gate.response));
  if (begun && begun.at_ms > cursor + WINDOW) until(begun.at_ms, "begin");
  const word = lastStep(waterfall, "first_token");
  const asked = usesTools && gate && word && word.at_ms - gate.at_ms > WINDOW;
  if (asked) until(gate.at_ms, "asking");
  // What failed or was bridged once something was heard did not hold that up.
  const reached = Object.keys(making).map((step) => lastStep(waterfall, step)).filter((step) => step && (step.at_ms <= end || !["bridged", "failed"].includes(step.step)));
  for (const { step, at_ms: at } of reached.sort((a, b) => a.at_ms - b.at_ms)) until(at, asked && step === "first_token" ? "result" : making[step]);
  until(end, "gate");
  return path;
}

/** The longest wait of a path; null for an empty one. */
export const longest = (path) => path.reduce((best, part) => (best && best.to - best.from >= part.to - part.from ? best : part), null);

/** Milliseconds before 0 that a drawing shows at least, where there are any. It shows no more than after 0, so that long speech does not squeeze the rest. */
const SHOWN = 1000;

/**
 * The lanes of a drawing. Items have `from` and, for bars, `to` in milliseconds, the `tone` that they are drawn in, and
 * `step`, the index of the step that tells about them.
 *
 * @returns {{from: number, to: number, lanes: {title: string, items: {from: number, to?: number, tone: string, step: number}[]}[]}}
 */
export function lanes(waterfall) {
  const all = waterfall.steps;
  const times = all.map((step) => step.at_ms);
  const last = Math.max(0, ...times);
  const first = Math.max(Math.min(0, ...times), -Math.max(last, SHOWN));
  const room = Math.max(last - first, 100) * 0.04;
  const [from, to] = [first - room, Math.max(last, first + 100) + room];
  const lane = (title, make) => ({ title, items: make().filter((item) => (item.to ?? item.from) >= from) });
  const marks = (names) => all.flatMap((step, index) => (step.step in names ? [{ from: step.at_ms, tone: names[step.step], step: index }] : []));
  const work = (name, tone) =>
    all.flatMap((step, index) => (step.step === name && step.work_ms > 0 ? [{ from: step.at_ms - step.work_ms, to: step.at_ms, tone, step: index }] : []));
  /** A bar between the last steps of two names. */
  const span = (before, name, tone) => {
    const [start, end] = [lastStep(waterfall, before), lastStep(waterfall, name)];
    return start && end && end.at_ms >= start.at_ms ? [{ from: start.at_ms, to: end.at_ms, tone, step: all.lastIndexOf(end) }] : [];
  };
  const speech = lastStep(waterfall, "speech");
  const speechEnd = waterfall.subject === "overlap" ? (lastStep(waterfall, "settled")?.at_ms ?? last) : 0;
  const hearing = lane("Hearing", () => [
    ...(speech ? [{ from: speech.at_ms, to: speechEnd, tone: "caller", step: all.indexOf(speech) }] : []),
    ...work("transcript", "work"),
    ...marks({ soft_end: "quiet", transcript: "caller" }),
  ]);
  if (waterfall.subject === "overlap") return { from, to, lanes: [hearing, lane("Agent", () => yielding(all, last)), lane("Decision", () => marks({ settled: "judge", interrupt: "alarm" }))] };

  const over = lastStep(waterfall, "turn_over");
  const judging = lane("Judging", () => [
    ...(over ? [{ from: over.at_ms - over.silence_ms, to: over.at_ms, tone: "wait", step: all.lastIndexOf(over) }] : []),
    ...work("verdict", "work"),
    ...marks({ verdict: "judge", ending: "quiet", turn_over: "judge" }),
  ]);
  const thinking = lane("Thinking", () => [...thrownAway(all), ...span("prepare", "first_token", "model"), ...span("first_token", "first_clause", "clause"), ...marks({ prepare: "quiet", first_token: "model", first_clause: "clause", bridged: "quiet", failed: "alarm", apology: "judge" })]);
  const speaking = lane("Speaking", () => [...span("first_clause", "first_audio", "voice"), ...span("first_audio", "safe", "reserve"), ...marks({ first_audio: "voice", safe: "quiet", ready: "voice", second_audio: "quiet" })]);
  const heard = lastStep(waterfall, "heard");
  const caller = lane("Heard", () => [
    ...(heard ? [{ from: heard.at_ms, to, tone: "agent", step: all.lastIndexOf(heard) }] : []),
    ...marks({ gate_open: "judge", heard: "agent", braked: "quiet", ducked: "quiet", held: "quiet", full: "quiet", settled: "judge", interrupt: "alarm" }),
  ]);
  const drawn = [thinking, speaking, caller];
  return { from, to, lanes: waterfall.subject === "answer" ? [hearing, judging, ...drawn] : drawn };
}

/** How the agent yielded, one degree after the other. */
function yielding(all, last) {
  const degrees = all.flatMap((step, index) => (["braked", "ducked", "held", "full"].includes(step.step) ? [{ from: step.at_ms, tone: step.step, step: index }] : []));
  return degrees.map((degree, index) => ({ ...degree, to: degrees[index + 1]?.from ?? last }));
}

/** Answers that were begun early and thrown away. */
const thrownAway = (all) =>
  all.flatMap((step, index) => {
    const begun = step.step === "discard" ? all.find((other) => other.step === "prepare" && other.response === step.response) : null;
    return begun ? [{ from: begun.at_ms, to: step.at_ms, tone: "thrown", step: index }] : [];
  });

/** Times at which a drawing's axis has a line: some five round numbers within its bounds. */
export function ticks(from, to, most = 6) {
  const raw = (to - from) / most;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= raw);
  const result = [];
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) result.push(Number(at.toFixed(6)) + 0);
  return result;
}
