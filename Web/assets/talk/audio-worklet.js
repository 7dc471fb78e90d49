// Runs on the audio thread: the microphone at the server's rate, the agent's voice at the loudspeaker's.

import { Playout } from "./playout.js";
import { Resampler } from "./resampler.js";

/** Seconds between reports of what was played. */
const REPORT = 0.03;
/** Samples that a microphone which was taken away leaves in each round: time goes on for the server all the same. */
const NOTHING = new Float32Array(128);

/** G.711 µ-law. */
function encodeMuLaw(sample) {
  const magnitude = Math.min(32635, Math.abs(sample)) + 132;
  let exponent = 7;
  for (let mask = 0x4000; exponent > 0 && !(magnitude & mask); mask >>= 1) exponent--;
  const mantissa = (magnitude >> (exponent + 3)) & 0x0f;
  return ~((sample < 0 ? 0x80 : 0) | (exponent << 4) | mantissa) & 0xff;
}

/** Posts `{bytes, level, time}` for every chunk: level is the root mean square, time the context's at the chunk's end. */
class Capture extends AudioWorkletProcessor {
  constructor({ processorOptions: { rate, encoding, milliseconds } }) {
    super();
    this.resampler = new Resampler(sampleRate, rate);
    this.encoding = encoding;
    this.chunk = new Float32Array(Math.round((rate * milliseconds) / 1000));
    this.filled = 0;
  }

  process([input]) {
    for (const sample of this.resampler.process(input[0] ?? NOTHING)) {
      this.chunk[this.filled++] = sample;
      if (this.filled === this.chunk.length) this.post();
    }
    return true;
  }

  post() {
    this.filled = 0;
    let energy = 0;
    for (const sample of this.chunk) energy += sample * sample;
    const samples = Int16Array.from(this.chunk, (sample) => Math.round(Math.max(-1, Math.min(1, sample)) * 32767));
    const bytes = this.encoding === "ulaw" ? Uint8Array.from(samples, encodeMuLaw) : new Uint8Array(samples.buffer);
    this.port.postMessage({ bytes, level: Math.sqrt(energy / this.chunk.length), time: currentTime }, [bytes.buffer]);
  }
}

/**
 * Plays `{samples, eventID}`; `{clear: true}` stops at once. Posts every 30 ms, and when playing begins or stops,
 * `{isPlaying, level, eventID, seconds, voiced, began, time}`.
 */
class Playback extends AudioWorkletProcessor {
  constructor({ processorOptions: { rate } }) {
    super();
    this.playout = new Playout(rate, sampleRate);
    this.energy = 0;
    this.count = 0;
    this.wasPlaying = false;
    this.eventID = null;
    this.port.onmessage = ({ data }) => (data.clear ? this.playout.clear() : this.playout.add(data.samples, data.eventID));
  }

  process(_, [output]) {
    const { playout } = this;
    const { energy, began } = playout.fill(output[0]);
    for (let other = 1; other < output.length; other++) output[other].set(output[0]);
    this.energy += energy;
    this.count += output[0].length;
    const hasChanged = playout.isPlaying !== this.wasPlaying || playout.eventID !== this.eventID;
    if (hasChanged || began !== null || (this.count >= REPORT * sampleRate && (playout.isPlaying || this.energy > 0))) this.report(began);
    return true;
  }

  report(began) {
    const { isPlaying, eventID, voiced, played } = this.playout;
    const level = Math.sqrt(this.energy / this.count);
    this.port.postMessage({ isPlaying, level, eventID, seconds: played.get(eventID) ?? 0, voiced, began, time: currentTime });
    this.energy = 0;
    this.count = 0;
    this.wasPlaying = isPlaying;
    this.eventID = eventID;
  }
}

registerProcessor("capture", Capture);
registerProcessor("playback", Playback);
