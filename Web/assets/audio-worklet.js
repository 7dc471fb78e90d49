// Runs on the audio thread: the microphone at the server's rate, the agent's voice at the loudspeaker's.

/** Zero crossings of the sinc on either side: 16 gives some 80 dB of stop band with the window below. */
const CROSSINGS = 16;
/** Table entries between two zero crossings; read with linear interpolation. */
const RESOLUTION = 256;
/** Kaiser window shape: about 80 dB. */
const BETA = 8;

function besselI0(x) {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > 1e-10 * sum; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

const KERNEL = new Float32Array(CROSSINGS * RESOLUTION + 2);
for (let i = 0; i < KERNEL.length; i++) {
  const x = i / RESOLUTION;
  const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
  const edge = Math.min(1, x / CROSSINGS);
  KERNEL[i] = (sinc * besselI0(BETA * Math.sqrt(1 - edge * edge))) / besselI0(BETA);
}

/** Streaming band-limited resampling between any two rates. */
class Resampler {
  constructor(from, to) {
    this.step = from / to;
    // Going down, the low-pass lies a little below the new Nyquist frequency.
    this.scale = Math.min(1, to / from) * (to < from ? 0.94 : 1);
    this.half = Math.ceil(CROSSINGS / this.scale);
    this.history = new Float32Array(this.half);
    this.position = this.half;
  }

  process(input) {
    if (this.step === 1) return input;
    const data = new Float32Array(this.history.length + input.length);
    data.set(this.history);
    data.set(input, this.history.length);
    const count = Math.max(0, Math.ceil((data.length - this.half - this.position) / this.step));
    const output = new Float32Array(count);
    for (let n = 0; n < count; n++) {
      const centre = this.position;
      const first = Math.max(0, Math.ceil(centre - this.half));
      const last = Math.min(data.length - 1, Math.floor(centre + this.half));
      let sum = 0;
      for (let i = first; i <= last; i++) {
        const at = Math.min(CROSSINGS, Math.abs(i - centre) * this.scale) * RESOLUTION;
        const index = Math.floor(at);
        const weight = KERNEL[index] + (at - index) * (KERNEL[index + 1] - KERNEL[index]);
        sum += data[i] * weight;
      }
      output[n] = sum * this.scale;
      this.position += this.step;
    }
    const drop = Math.max(0, Math.min(data.length, Math.floor(this.position) - this.half));
    this.history = data.slice(drop);
    this.position -= drop;
    return output;
  }
}

/** G.711 µ-law. */
function encodeMuLaw(sample) {
  let magnitude = Math.min(32635, Math.abs(sample)) + 132;
  let exponent = 7;
  for (let mask = 0x4000; exponent > 0 && !(magnitude & mask); mask >>= 1) exponent--;
  const mantissa = (magnitude >> (exponent + 3)) & 0x0f;
  return ~((sample < 0 ? 0x80 : 0) | (exponent << 4) | mantissa) & 0xff;
}

function rms(samples) {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return samples.length ? Math.sqrt(sum / samples.length) : 0;
}

/** Posts `{bytes, level}` for every chunk of the microphone. */
class Capture extends AudioWorkletProcessor {
  constructor({ processorOptions: { rate, encoding, milliseconds } }) {
    super();
    this.resampler = new Resampler(sampleRate, rate);
    this.encoding = encoding;
    this.chunk = new Float32Array(Math.round((rate * milliseconds) / 1000));
    this.filled = 0;
  }

  process([input]) {
    const channel = input[0];
    if (!channel) return true;
    for (const sample of this.resampler.process(channel)) {
      this.chunk[this.filled++] = sample;
      if (this.filled === this.chunk.length) this.post();
    }
    return true;
  }

  post() {
    this.filled = 0;
    const level = rms(this.chunk);
    const samples = Int16Array.from(this.chunk, (sample) => Math.round(Math.max(-1, Math.min(1, sample)) * 32767));
    const bytes = this.encoding === "ulaw" ? Uint8Array.from(samples, encodeMuLaw) : new Uint8Array(samples.buffer);
    this.port.postMessage({ bytes, level }, [bytes.buffer]);
  }
}

/** Seconds of voice kept at most; a server that paces its audio sends less than one ahead. */
const LONGEST_QUEUE = 120;
/** Seconds of fade when the queue is emptied: no click, and no word more. */
const FADE = 0.008;
/** Seconds between reports to the page. */
const REPORT = 0.05;

/** Plays `{samples}`; `{clear: true}` stops at once. Posts `{playing, level, seconds}`. */
class Playback extends AudioWorkletProcessor {
  constructor({ processorOptions: { rate } }) {
    super();
    this.rate = rate;
    this.resampler = new Resampler(rate, sampleRate);
    this.queue = [];
    this.queued = 0;
    this.offset = 0;
    this.fade = 0;
    this.last = 0;
    this.rise = 0;
    this.seconds = 0;
    this.energy = 0;
    this.count = 0;
    this.playing = false;
    this.port.onmessage = ({ data }) => (data.clear ? this.clear() : this.add(data.samples));
  }

  add(input) {
    const samples = this.resampler.process(input);
    if (this.queued + samples.length > LONGEST_QUEUE * sampleRate) return;
    if (this.fade > 0) this.drop();
    this.queue.push(samples);
    this.queued += samples.length;
  }

  clear() {
    this.resampler = new Resampler(this.rate, sampleRate);
    if (this.queued > 0) this.fade = Math.min(this.queued, Math.round(FADE * sampleRate));
  }

  drop() {
    this.queue = [];
    this.queued = 0;
    this.offset = 0;
    this.fade = 0;
  }

  process(_, [output]) {
    const ramp = Math.round(FADE * sampleRate);
    const channel = output[0];
    for (let i = 0; i < channel.length; i++) {
      let sample = 0;
      if (this.queued > 0) {
        sample = this.queue[0][this.offset++];
        this.queued--;
        if (this.offset === this.queue[0].length) {
          this.queue.shift();
          this.offset = 0;
        }
        if (this.rise < ramp) sample *= ++this.rise / ramp;
        if (this.fade > 0) {
          sample *= this.fade-- / ramp;
          if (this.fade === 0) this.drop();
        }
        if (Math.abs(sample) > 1e-3) this.seconds += 1 / sampleRate;
        this.last = sample;
      } else {
        // The queue ran dry: let the last sample die away instead of jumping to zero.
        this.last *= 0.99;
        sample = this.last;
        this.rise = 0;
      }
      channel[i] = sample;
      this.energy += sample * sample;
    }
    for (let other = 1; other < output.length; other++) output[other].set(channel);
    this.count += channel.length;
    const playing = this.queued > 0;
    if (playing !== this.playing || this.count >= REPORT * sampleRate) {
      this.playing = playing;
      this.port.postMessage({ playing, level: Math.sqrt(this.energy / this.count), seconds: this.seconds });
      this.energy = 0;
      this.count = 0;
    }
    return true;
  }
}

registerProcessor("capture", Capture);
registerProcessor("playback", Playback);
