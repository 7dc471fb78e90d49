// Microphone and loudspeaker of a call.

/** Milliseconds of audio in one message: with one round of the audio thread, all the buffering between microphone and socket. */
const CHUNK = 20;
/** Milliseconds that the last words may take to be heard after the agent has hung up. */
const LONGEST_REST = 2000;

/** `pcm_16000` → `{encoding: "pcm", rate: 16000}`. */
export function parseFormat(name) {
  const match = /^(pcm|ulaw)_(\d+)$/.exec(name ?? "");
  if (!match) throw new Error(`The server speaks an audio format that this page does not know: ${name}.`);
  return { encoding: match[1], rate: Number(match[2]) };
}

/** The root mean square of full-scale samples as dBFS; −120 for silence. */
export const decibels = (level) => Math.max(-120, 20 * Math.log10(level + 1e-9));

function base64(bytes) {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

const muLaw = Float32Array.from({ length: 256 }, (_, code) => {
  const bits = ~code & 0xff;
  const magnitude = ((((bits & 0x0f) << 3) + 132) << ((bits >> 4) & 0x07)) - 132;
  return (bits & 0x80 ? -magnitude : magnitude) / 32768;
});

/** Base64 of the given encoding as samples from −1 to 1. */
export function decode(text, encoding) {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  if (encoding === "ulaw") return Float32Array.from(bytes, (code) => muLaw[code]);
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: bytes.length >> 1 }, (_, i) => view.getInt16(2 * i, true) / 32768);
}

const problems = {
  NotAllowedError: "The microphone was refused. Allow it for this page in the browser's address bar and start again, or type a message.",
  SecurityError: "The microphone is not allowed on this page. Allow it in the browser's settings and start again, or type a message.",
  NotFoundError: "No microphone was found. Connect one and start again, or type a message.",
  NotReadableError: "The microphone is used by another program. Close that and start again, or type a message.",
  NotSupportedError: "This microphone has another sample rate than the loudspeaker, which this browser cannot join. End the call and start again, or type a message.",
  AbortError: "The microphone did not start. Close other programs that use it and start again, or type a message.",
};

/** Why there is no microphone, in words for the person in front of it. */
export class MicrophoneError extends Error {
  static of(error) {
    return new MicrophoneError(problems[error.name] ?? `The microphone cannot be used: ${error.message}`, { cause: error });
  }
}

/**
 * The audio of one call. Its events, to `onEvent`:
 * - `chunk`: `base64` in the input format, `level` (root mean square, 0 to 1), `at` (`performance.now()` at the chunk's end)
 * - `played`: `eventID` of the turn that is or was last played, `seconds` of it so far, `isPlaying`, `level`, `voiced` (seconds of
 *   sound in all), `began` (the event id whose first sound this is, or null), `at` (when the loudspeaker has it, as far as the browser knows)
 * - `microphone`: `state`, `lost` when it was taken away, `blocked` when the system silences it, `live` when it is back
 * - `paused`: `isPaused`, the browser has stopped all sound, as phones do for another call; `resume()` from a click goes on
 */
export class CallAudio {
  #context;
  #onEvent = () => {};
  #stream = null;
  #source = null;
  #capture = null;
  #player = null;
  #encoding = "pcm";
  #input = null;
  #isMuted = false;
  #isPlaying = false;
  #cleared = null;
  #isClosed = false;
  #drained = [];

  /**
   * Opens loudspeaker and microphone. Must be called from a click, or the browser keeps the loudspeaker silent.
   *
   * @param {{microphone?: boolean, worklet?: (context: AudioContext) => Promise<void>}} options `worklet` loads `audio-worklet.js`
   *   in another way than by its address.
   * @throws {MicrophoneError}
   */
  static async open({ microphone = true, worklet = (context) => context.audioWorklet.addModule(new URL("audio-worklet.js", import.meta.url)) } = {}) {
    const audio = new CallAudio();
    try {
      audio.#context = new AudioContext({ latencyHint: "interactive" });
      audio.#context.resume();
      await Promise.all([worklet(audio.#context), microphone ? audio.openMicrophone() : null]);
    } catch (error) {
      audio.close();
      throw error;
    }
    return audio;
  }

  get hasMicrophone() {
    return this.#stream !== null;
  }

  /** Opens the microphone, also anew in mid-call. @throws {MicrophoneError} */
  async openMicrophone() {
    if (!navigator.mediaDevices) {
      throw new MicrophoneError("Browsers give the microphone only to pages on localhost or https. Open this page so, or type a message.");
    }
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({
        audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 },
      });
    } catch (error) {
      throw MicrophoneError.of(error);
    }
    if (this.#isClosed) return stream.getTracks().forEach((track) => track.stop());
    this.#stopMicrophone();
    this.#stream = stream;
    for (const track of stream.getAudioTracks()) {
      const tell = (state) => () => this.#stream === stream && this.#onEvent({ type: "microphone", state });
      track.enabled = !this.#isMuted;
      track.onended = () => {
        tell("lost")();
        if (this.#stream === stream) this.#stopMicrophone();
      };
      track.onmute = tell("blocked");
      track.onunmute = tell("live");
    }
    if (this.#input) this.#listen();
  }

  /**
   * Begins to play and to capture.
   *
   * @param {{input: {encoding: string, rate: number}, output: {encoding: string, rate: number}}} formats Of `parseFormat`.
   * @param {(event: {type: string}) => void} onEvent
   */
  start({ input, output }, onEvent) {
    this.#onEvent = onEvent;
    this.#encoding = output.encoding;
    this.#input = input;
    this.#player = new AudioWorkletNode(this.#context, "playback", { numberOfInputs: 0, outputChannelCount: [1], processorOptions: { rate: output.rate } });
    this.#player.port.onmessage = ({ data }) => this.#played(data);
    this.#player.connect(this.#context.destination);
    const tell = () => this.#isClosed || onEvent({ type: "paused", isPaused: this.#context.state !== "running" });
    this.#context.onstatechange = tell;
    tell();
    // Safari lets sound begin once the microphone was given, if no longer from the click itself.
    if (this.#context.state !== "running") this.resume();
    try {
      if (this.#stream) this.#listen();
    } catch {
      onEvent({ type: "microphone", state: "lost" });
    }
  }

  #listen() {
    this.#capture ??= new AudioWorkletNode(this.#context, "capture", {
      numberOfOutputs: 0,
      channelCount: 1,
      channelCountMode: "explicit",
      processorOptions: { ...this.#input, milliseconds: CHUNK },
    });
    this.#capture.port.onmessage = ({ data }) => this.#onEvent({ type: "chunk", base64: base64(data.bytes), level: data.level, at: this.#at(data.time) });
    try {
      this.#source = this.#context.createMediaStreamSource(this.#stream);
    } catch (error) {
      // Firefox takes no microphone of another rate than the loudspeaker had when the call began.
      this.#stopMicrophone();
      throw MicrophoneError.of(error);
    }
    this.#source.connect(this.#capture);
  }

  /** A time of the audio thread by the page's clock. */
  #at(time) {
    return performance.now() - 1000 * Math.max(0, this.#context.currentTime - time);
  }

  #played({ time, ...report }) {
    this.#isPlaying = report.isPlaying;
    if (!report.isPlaying) {
      for (const done of this.#drained.splice(0)) done();
      if (this.#cleared !== null) performance.measure("parley.stop", { start: this.#cleared, end: performance.now() });
      this.#cleared = null;
    }
    const delay = this.#context.outputLatency || this.#context.baseLatency || 0;
    this.#onEvent({ type: "played", ...report, at: this.#at(time) + 1000 * delay });
  }

  /** Plays a chunk of the output format. */
  play(text, eventID = null) {
    if (!this.#player) return;
    const samples = decode(text, this.#encoding);
    this.#player.port.postMessage({ samples, eventID }, [samples.buffer]);
  }

  /** Silence at once. How long that took is the measure `parley.stop` of the page's performance timeline. */
  clear() {
    if (this.#isPlaying) this.#cleared ??= performance.now();
    this.#player?.port.postMessage({ clear: true });
  }

  /** Resolves when everything was played, or after 2 s. */
  async drained() {
    if (this.#isPlaying) await Promise.race([new Promise((done) => this.#drained.push(done)), new Promise((late) => setTimeout(late, LONGEST_REST))]);
  }

  get isMuted() {
    return this.#isMuted;
  }

  /** Muted, silence is sent: time goes on for the agent. */
  set isMuted(isMuted) {
    this.#isMuted = isMuted;
    for (const track of this.#stream?.getAudioTracks() ?? []) track.enabled = !isMuted;
  }

  /** Goes on after the browser has paused the sound; from a click. */
  resume() {
    return this.#context.resume();
  }

  #stopMicrophone() {
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#source?.disconnect();
    this.#source = this.#stream = null;
  }

  close() {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#onEvent = () => {};
    this.#stopMicrophone();
    this.#capture?.disconnect();
    this.#player?.disconnect();
    if (this.#context && this.#context.state !== "closed") this.#context.close();
  }
}
