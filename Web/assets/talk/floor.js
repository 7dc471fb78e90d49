// Who has the floor, in words and as lanes over time.

/** Milliseconds after which nobody waits for an answer any more: the agent has chosen to say nothing. */
const LONGEST_THOUGHT = 30_000;

/**
 * The state of a call: `idle`, `microphone` (the browser asks for it), `connecting`, `listening`, `hearing` (the caller),
 * `thinking` or `speaking`.
 *
 * @param {{phase: string, isPlaying: boolean, isVoiced: boolean, since: number|null}} call `phase` is `idle`, `microphone`,
 *   `connecting` or `live`; `since` when the caller's turn ended that is not answered yet.
 * @param {number} now Milliseconds.
 */
export function floorOf({ phase, isPlaying, isVoiced, since }, now) {
  if (phase !== "live") return phase;
  if (isPlaying) return "speaking";
  if (isVoiced) return "hearing";
  return since !== null && now - since < LONGEST_THOUGHT ? "thinking" : "listening";
}

/** Milliseconds of one bar of the lanes, and how many are kept. */
export const BAR = 100;
const LONGEST = 600;

/** Levels of both sides and the waits between them, in bars of 100 ms. */
export class Lanes {
  #bars = [];
  #start;

  constructor(start) {
    this.#start = start;
  }

  /** Notes a level from 0 to 1, or with `isWaiting` that an answer was awaited. */
  add(at, { you = 0, agent = 0, isWaiting = false }) {
    const index = Math.floor((at - this.#start) / BAR);
    if (index < 0) return;
    const end = (this.#bars[0]?.index ?? index) + this.#bars.length;
    if (index - end > LONGEST) this.#bars = [];
    for (let next = this.#bars.length ? end : index; next <= index; next++) this.#bars.push({ index: next, you: 0, agent: 0, isWaiting: false });
    if (this.#bars.length > LONGEST) this.#bars.splice(0, this.#bars.length - LONGEST);
    const bar = this.#bars[index - this.#bars[0].index];
    if (!bar) return;
    bar.you = Math.max(bar.you, you);
    bar.agent = Math.max(bar.agent, agent);
    bar.isWaiting ||= isWaiting;
  }

  /** The last `count` bars before `now`, the oldest first, each with its `age` in bars. */
  last(count, now) {
    const present = Math.floor((now - this.#start) / BAR);
    return this.#bars.filter(({ index }) => index > present - count && index <= present).map((bar) => ({ ...bar, age: present - bar.index }));
  }
}

/** dBFS as a share of a meter: −60 is nothing, −12 all. */
export const share = (level) => Math.max(0, Math.min(1, (level + 60) / 48));
