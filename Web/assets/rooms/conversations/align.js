// When each word of a transcript was said. Records have whole seconds of the turns alone: where the voice begins and pauses
// is read from the recording, and the end of the caller's turns from the call's log. Words take time as their letters do.

import { isFailed } from "./waterfall.js";

/** The part of a channel's loud moments below which it is silent. */
const QUIET = 0.1;
/** Letters that people speak in a second, where nothing better is known. */
const LETTERS = 14;
/** Seconds that a voice may dip within a word. */
const DIP = 0.15;
/** Seconds that the recording of an utterance reaches back before the voice. */
const BEFORE = 0.3;

/**
 * @param {{role: string, message: string | null, time_in_call_secs: number}[]} turns
 * @param {object} known
 * @param {number} known.duration Seconds of the call.
 * @param {{start: number, end: number, words: string}[]} [known.speeches] The caller's utterances, in seconds.
 * @param {{rate: number, channels: Uint8Array[]}} [known.peaks] The caller's and the agent's loudness, `rate` values a second.
 * @returns {{start: number, end: number, words: {text: string, start: number, end: number}[]}[]} One for each turn.
 */
export function align(turns, { duration, speeches = [], peaks = null }) {
  const result = turns.map((turn) => ({ start: turn.time_in_call_secs, end: turn.time_in_call_secs, words: [] }));
  for (const [channel, role] of ["user", "agent"].entries()) {
    const levels = peaks?.channels[channel];
    const voice = levels ? { rate: peaks.rate, levels, quiet: quiet(levels) } : null;
    const spoken = turns.flatMap((turn, index) => (turn.role === role && turn.message?.trim() && turn.source_medium !== "text" ? [index] : []));
    const used = new Set();
    for (const index of spoken) {
      const speech = role === "user" ? match(turns[index], speeches, used) : null;
      result[index].start = speech ? speech.start + BEFORE : onset(turns[index].time_in_call_secs, voice);
      if (speech) result[index].end = speech.end;
    }
    for (const stretch of stretches(spoken, result, duration)) place(stretch, turns, result, voice);
  }
  return result;
}

/** The level up to which a channel is silent: a tenth of what one in twenty of its sounding moments exceeds. */
function quiet(levels) {
  const counts = new Uint32Array(256);
  for (const level of levels) counts[level] += 1;
  let left = (levels.length - counts[0] - counts[1]) / 20;
  let loud = 255;
  while (loud > 0 && left > counts[loud]) left -= counts[loud--];
  return Math.max(2, loud * QUIET);
}

/** The utterance that a turn has the words of, among those that begin within a second of it. */
function match(turn, speeches, used) {
  const near = speeches.filter((speech) => !used.has(speech) && Math.abs(speech.start - turn.time_in_call_secs) <= 1);
  const best = near.find((speech) => speech.words === turn.message) ?? near.find((speech) => Math.round(speech.start) === turn.time_in_call_secs);
  if (best) used.add(best);
  return best ?? null;
}

/** The first sound near a whole second; that second where there is none. */
function onset(second, voice) {
  if (!voice) return second;
  const first = Math.max(0, Math.round((second - 0.55) * voice.rate));
  const last = Math.min(voice.levels.length, Math.round((second + 1.5) * voice.rate));
  // A voice that sounds already belongs to the turn before, and ends first.
  let index = first;
  while (index < last && voice.levels[index] > voice.quiet) index += 1;
  if (index - first > 0.5 * voice.rate) index = first;
  while (index < last && voice.levels[index] <= voice.quiet) index += 1;
  return index < last ? index / voice.rate : second;
}

/** Turns of one side that begin at the same time share the time until the next ones. */
function stretches(spoken, result, duration) {
  const all = [];
  for (const index of spoken) {
    const last = all.at(-1);
    if (last && result[index].start <= last.start + 0.05) last.turns.push(index);
    else all.push({ turns: [index], start: result[index].start });
  }
  all.forEach((stretch, index) => {
    const next = all[index + 1]?.start ?? Math.max(duration, stretch.start + 0.5);
    const known = Math.max(...stretch.turns.map((turn) => result[turn].end));
    stretch.end = known > stretch.start ? Math.min(known, next) : next;
  });
  return all;
}

/** Gives every word its part of the time in which there is a voice. */
function place({ turns: indices, start, end }, turns, result, voice) {
  const words = indices.flatMap((index) => turns[index].message.trim().split(/\s+/).map((text) => ({ index, text })));
  // A word takes some time by itself, and digits are long when they are read out.
  const weights = words.map(({ text }) => 1.5 + text.length + 3 * (text.match(/\d/g)?.length ?? 0));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const bins = voice ? sounding(voice, start, end) : [];
  const last = Math.min(end, start + total / LETTERS);
  // A word before a pause ends before it, and the next one begins after it.
  const at = (share, isEnd) => {
    if (bins.length <= 5) return start + share * (last - start);
    return isEnd ? (bins[Math.max(0, Math.ceil(share * bins.length) - 1)] + 1) / voice.rate : bins[Math.min(bins.length - 1, Math.floor(share * bins.length))] / voice.rate;
  };
  let done = 0;
  words.forEach(({ index, text }, number) => {
    const from = at(done / total, false);
    done += weights[number];
    result[index].words.push({ text, start: from, end: Math.max(from, at(done / total, true)) });
  });
  for (const index of indices) {
    result[index].start = result[index].words[0].start;
    result[index].end = result[index].words.at(-1).end;
  }
}

/** The places between two times at which a voice sounds; short dips within words count as sound. */
function sounding({ rate, levels, quiet }, start, end) {
  const bins = [];
  let heard = -Infinity;
  for (let index = Math.max(0, Math.round(start * rate)); index < Math.min(levels.length, Math.round(end * rate)); index += 1) {
    if (levels[index] > quiet) {
      if (index - heard <= DIP * rate) for (let dip = heard + 1; dip < index; dip += 1) bins.push(dip);
      heard = index;
      bins.push(index);
    }
  }
  return bins;
}

/** The caller's utterances in a call's waterfalls, in seconds: from the beginning of the recording's part to the last voice. */
export function speechesOf(waterfalls) {
  return waterfalls.flatMap(({ subject, at_secs: at, steps, words }) => {
    const speech = steps.findLast((step) => step.step === "speech");
    const last = steps.findLast((step) => step.step === "soft_end" || step.step === "settled");
    if (!speech || subject === "response") return [];
    const end = subject === "answer" ? at : at + (last?.at_ms ?? 0) / 1000;
    return [{ start: at + speech.at_ms / 1000, end, words }];
  });
}

/** Words in the order of their beginnings, with `start` in `words[n].start`: the index of the one heard at `time`, or -1. */
export function wordAt(words, time) {
  let [low, high] = [0, words.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (words[middle].start <= time) low = middle + 1;
    else high = middle;
  }
  return low > 0 && time < words[low - 1].end + 0.05 ? low - 1 : -1;
}

/** For each turn of the agent, the index of the waterfall of its response, and -1 for turns without one. */
export function waterfallsOf(turns, waterfalls) {
  let next = 0;
  return turns.map((turn) => {
    if (turn.role !== "agent" || !turn.message) return -1;
    // The agent's audio is dated by what was sent, which is up to a second earlier than the log has it, in whole seconds.
    const distance = (one) => (one.subject === "overlap" || isFailed(one) ? Infinity : Math.abs(one.at_secs + (one.answered_after_ms ?? 0) / 1000 - turn.time_in_call_secs));
    let best = -1;
    for (let index = next; index < waterfalls.length; index += 1) if (distance(waterfalls[index]) <= Math.min(1.6, best < 0 ? 1.6 : distance(waterfalls[best]) - 1e-9)) best = index;
    if (best >= 0) next = best + 1;
    return best;
  });
}

/** The tools that the response of each waterfall ran, in milliseconds: those of all turns that answer the same. */
export function toolsOf(turns, waterfalls) {
  const result = waterfalls.map(() => []);
  waterfallsOf(turns, waterfalls).forEach((index, place) => {
    if (index < 0) return;
    const same = turns.filter((turn) => turn.role === "agent" && turn.source_event_id === turns[place].source_event_id);
    result[index] = same.flatMap((turn) => (turn.tool_results ?? []).filter((tool) => tool.tool_has_been_called).map((tool) => ({ name: tool.tool_name, ms: tool.tool_latency_secs * 1000 })));
  });
  return result;
}
