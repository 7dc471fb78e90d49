// What is played: a queue of the agent's voice with a small cushion against the network's jitter, which empties at once.

import { Resampler } from "./resampler.js";

/** Seconds of voice kept at most; a server that paces its audio sends less than one ahead. */
const LONGEST_QUEUE = 120;
/** Seconds of fade when the queue is emptied, and of rise after silence: no click, and no word more. */
const FADE = 0.008;
/** Seconds of voice that are awaited before playing begins, at least and at most: more after the queue has run dry. */
const CUSHION = 0.04;
const LARGEST_CUSHION = 0.24;
/** Voice that goes on within so many seconds after the queue ran dry was late, not silent on purpose. */
const LATE = 0.25;
/** Samples fainter than this are silence. */
const FAINT = 1e-3;

export class Playout {
  /** @param {number} rate Hz of the voice. @param {number} outputRate Hz of the loudspeaker. */
  constructor(rate, outputRate) {
    this.rate = rate;
    this.outputRate = outputRate;
    this.ramp = Math.round(FADE * outputRate);
    this.cushion = CUSHION;
    /** Seconds since the beginning, by samples of the loudspeaker. */
    this.time = 0;
    this.dryAt = -Infinity;
    /** Seconds of each turn that were played, by event id. */
    this.played = new Map();
    /** The turns of which something was to be heard, and the seconds of that in all. */
    this.sounded = new Set();
    this.voiced = 0;
    /** The turn that is being played, or was last. */
    this.eventID = null;
    this.last = 0;
    this.rise = 0;
    this.#empty();
    this.resampler = new Resampler(rate, outputRate);
  }

  get isPlaying() {
    return this.isOpen && this.queued > 0;
  }

  add(input, eventID) {
    const samples = this.resampler.process(input);
    if (this.fade > 0) this.#empty();
    if (samples.length === 0 || this.queued + samples.length > LONGEST_QUEUE * this.outputRate) return;
    if (this.queued === 0) {
      this.firstAt = this.time;
      if (eventID === this.lastQueued && this.time - this.dryAt < LATE) this.cushion = Math.min(LARGEST_CUSHION, this.cushion * 2);
    }
    if (eventID !== this.lastQueued) {
      this.cushion = Math.max(CUSHION, this.cushion * 0.8);
      this.lastQueued = eventID;
    }
    this.queue.push({ samples, eventID });
    this.queued += samples.length;
  }

  /** Silence after a fade of 8 ms. */
  clear() {
    this.resampler = new Resampler(this.rate, this.outputRate);
    if (this.isPlaying) this.fade = Math.min(this.queued, this.ramp);
    else this.#empty();
  }

  /**
   * Fills `channel`.
   *
   * @returns {{energy: number, began: number|null}} The sum of squares, and the event id whose first sound is in it.
   */
  fill(channel) {
    let energy = 0;
    let began = null;
    if (!this.isOpen && this.queued > 0) {
      const wait = this.time - this.firstAt;
      this.isOpen = wait >= this.cushion || this.queued >= this.cushion * this.outputRate;
    }
    for (let i = 0; i < channel.length; i++) {
      const sample = this.isOpen && this.queued > 0 ? this.#next() : this.#decay();
      if (Math.abs(sample) > FAINT && this.isPlaying) {
        if (!this.sounded.has(this.eventID)) {
          this.sounded.add(this.eventID);
          began = this.eventID;
        }
        this.voiced += 1 / this.outputRate;
      }
      channel[i] = sample;
      energy += sample * sample;
    }
    this.time += channel.length / this.outputRate;
    if (this.isOpen && this.queued === 0) {
      this.isOpen = false;
      this.dryAt = this.time;
    }
    return { energy, began };
  }

  #next() {
    const { samples, eventID } = this.queue[0];
    let sample = samples[this.offset++];
    this.queued--;
    this.eventID = eventID;
    this.played.set(eventID, (this.played.get(eventID) ?? 0) + 1 / this.outputRate);
    if (this.offset === samples.length) {
      this.queue.shift();
      this.offset = 0;
    }
    if (this.rise < this.ramp) sample *= ++this.rise / this.ramp;
    if (this.fade > 0) {
      sample *= this.fade-- / this.ramp;
      if (this.fade === 0) this.#empty();
    }
    this.last = sample;
    return sample;
  }

  /** The queue ran dry: the last sample dies away instead of jumping to zero. */
  #decay() {
    this.rise = 0;
    this.last = Math.abs(this.last) > 1e-6 ? this.last * 0.99 : 0;
    return this.last;
  }

  #empty() {
    this.queue = [];
    this.queued = 0;
    this.offset = 0;
    this.fade = 0;
    this.firstAt = 0;
    this.isOpen = false;
    this.lastQueued = null;
  }
}
