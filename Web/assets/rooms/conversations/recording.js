// A call's recording, read once: its waveforms appear while it comes, and it plays from memory when all of it is there. It is
// decoded in parts, because half an hour at once would take hundreds of megabytes.

/** Loudness values a second. */
const RATE = 100;
/** The rate that parts are decoded to: enough for a waveform. */
const DECODED = 8000;
/** Seconds of the first part, which is to be seen soon, and of the others. */
const PARTS = [8, 40];
/** Frames before a part that are decoded with it, since MP3 frames borrow bits from those before. */
const BORROWED = 12;

const bitRates = { 1: [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320], 2: [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160] };

/** What the first frame of an MP3 says. @returns {{bytes: number, samples: number, rate: number} | null} Null without one. */
export function frameOf(data) {
  if (data.length < 4 || data[0] !== 0xff || (data[1] & 0xe6) !== 0xe2) return null;
  const version = (data[1] >> 3) & 3;
  const bitRate = bitRates[version === 3 ? 1 : 2][(data[2] >> 4) - 1];
  const rate = [44100, 48000, 32000][(data[2] >> 2) & 3] / { 3: 1, 2: 2, 0: 4 }[version];
  if (!bitRate || !Number.isFinite(rate)) return null;
  const samples = version === 3 ? 1152 : 576;
  return { bytes: Math.floor((samples / 8) * bitRate * 1000 / rate), samples, rate };
}

/** Writes the loudest of every `step` samples into `levels` from `place` on, as bytes. */
export function measure(samples, step, levels, place) {
  for (let index = 0; index * step < samples.length && place + index < levels.length; index += 1) {
    let most = 0;
    const end = Math.min(samples.length, Math.round((index + 1) * step));
    for (let at = Math.round(index * step); at < end; at += 1) {
      const level = samples[at] < 0 ? -samples[at] : samples[at];
      if (level > most) most = level;
    }
    levels[place + index] = Math.min(255, Math.round(most * 255));
  }
}

/**
 * Reads an MP3 of constant bit rate. `onpeaks` gets `{rate, channels, seconds}` again and again, the same arrays more and more
 * filled; `onerror` a part that cannot be decoded.
 *
 * @param {Response} response Its body is read to the end.
 * @returns {Promise<Blob>} The whole recording.
 */
export async function readRecording(response, { onpeaks, onerror = () => {} }) {
  const size = Number(response.headers.get("content-length"));
  const pieces = [];
  let waiting = new Uint8Array(0);
  let reader = null;
  for (const stream = response.body.getReader(); ; ) {
    const { value, done } = await stream.read();
    if (value) pieces.push(value);
    waiting = value ? joined(waiting, value) : waiting;
    const frame = reader ? null : frameOf(waiting);
    if (frame) reader = parts(frame, size || waiting.length, onpeaks);
    // What cannot be drawn may still be heard.
    if (reader) waiting = await reader(waiting, done).catch((error) => (onerror(error), new Uint8Array(0)));
    if (done) break;
  }
  return new Blob(pieces, { type: "audio/mpeg" });
}

/** Decodes frames as they come; gives back the bytes that are to be kept for the next call. */
function parts(frame, size, onpeaks) {
  const context = new OfflineAudioContext(2, 1, DECODED);
  const seconds = ((size / frame.bytes) * frame.samples) / frame.rate;
  const channels = [0, 1].map(() => new Uint8Array(Math.ceil(seconds * RATE)));
  const perFrame = (frame.samples * DECODED) / frame.rate;
  let [done, borrowed] = [0, 0];
  return async (bytes, isEnd) => {
    const wanted = () => Math.ceil((PARTS[done ? 1 : 0] * frame.rate) / frame.samples);
    let frames = Math.floor(bytes.length / frame.bytes) - borrowed;
    while (frames >= wanted() || (isEnd && frames > 0)) {
      const count = Math.min(frames, wanted());
      const part = bytes.slice(0, (borrowed + count) * frame.bytes);
      const sound = await context.decodeAudioData(part.buffer);
      const fresh = Math.min(sound.length, Math.round(count * perFrame));
      for (const [index, levels] of channels.entries()) {
        const samples = sound.getChannelData(Math.min(index, sound.numberOfChannels - 1)).subarray(sound.length - fresh);
        measure(samples, DECODED / RATE, levels, Math.round(((done * perFrame) / DECODED) * RATE));
      }
      done += count;
      const kept = Math.min(BORROWED, borrowed + count);
      bytes = bytes.subarray((borrowed + count - kept) * frame.bytes);
      borrowed = kept;
      frames -= count;
      onpeaks({ rate: RATE, channels, seconds: (done * perFrame) / DECODED });
    }
    return bytes;
  };
}

function joined(first, second) {
  const all = new Uint8Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}
