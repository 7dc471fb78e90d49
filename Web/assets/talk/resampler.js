// Streaming band-limited resampling between any two rates.

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

export class Resampler {
  /** Rates in Hz. */
  constructor(from, to) {
    this.step = from / to;
    // Going down, the low-pass lies a little below the new Nyquist frequency.
    this.scale = Math.min(1, to / from) * (to < from ? 0.94 : 1);
    this.half = Math.ceil(CROSSINGS / this.scale);
    this.history = new Float32Array(this.half);
    this.position = this.half;
  }

  /** The samples that can be computed now; the rest, some milliseconds, follows with the next input. */
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
