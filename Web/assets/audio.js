// Microphone and loudspeaker of a call.

/** Milliseconds of audio in one message: short enough not to add delay, long enough not to flood the socket. */
const CHUNK = 32;

/** `pcm_16000` → `{encoding: "pcm", rate: 16000}`. */
export function parseFormat(name) {
  const match = /^(pcm|ulaw)_(\d+)$/.exec(name ?? "");
  if (!match) throw new Error(`The server speaks an audio format that this page does not know: ${name}.`);
  return { encoding: match[1], rate: Number(match[2]) };
}

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

function decode(text, encoding) {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  if (encoding === "ulaw") return Float32Array.from(bytes, (code) => muLaw[code]);
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: bytes.length >> 1 }, (_, i) => view.getInt16(2 * i, true) / 32768);
}

/** Says why there is no microphone, in words for the person in front of it. */
function microphoneError(error) {
  switch (error.name) {
    case "NotAllowedError":
      return "The microphone was refused. Allow it for this page in the browser's address bar and start again, or type a message.";
    case "NotFoundError":
      return "No microphone was found. Connect one and start again, or type a message.";
    case "NotReadableError":
      return "The microphone is used by another program. Close that and start again, or type a message.";
    default:
      return `The microphone cannot be used: ${error.message}`;
  }
}

export class Audio {
  /** Must be called from a click, or the browser keeps the loudspeaker silent. */
  static async open({ microphone }) {
    const audio = new Audio();
    audio.context = new AudioContext({ latencyHint: "interactive" });
    try {
      await audio.context.audioWorklet.addModule(new URL("audio-worklet.js", import.meta.url));
      await audio.context.resume();
      if (microphone) audio.stream = await Audio.#microphone();
    } catch (error) {
      audio.close();
      throw error;
    }
    return audio;
  }

  static async #microphone() {
    if (!navigator.mediaDevices) {
      throw new Error("Browsers give the microphone only to pages on localhost or https. Type a message instead.");
    }
    try {
      return await navigator.mediaDevices.getUserMedia({
        audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 },
      });
    } catch (error) {
      throw new Error(microphoneError(error), { cause: error });
    }
  }

  /** `onChunk(base64)`, `onInput(level)` and `onOutput({playing, level, seconds})` report as it happens. */
  start({ input, output, onChunk, onInput, onOutput }) {
    this.encoding = output.encoding;
    this.player = new AudioWorkletNode(this.context, "playback", {
      numberOfInputs: 0,
      outputChannelCount: [1],
      processorOptions: { rate: output.rate },
    });
    this.player.port.onmessage = ({ data }) => onOutput(data);
    this.player.connect(this.context.destination);
    if (!this.stream) return;
    this.capture = new AudioWorkletNode(this.context, "capture", {
      numberOfOutputs: 0,
      channelCount: 1,
      channelCountMode: "explicit",
      processorOptions: { ...input, milliseconds: CHUNK },
    });
    this.capture.port.onmessage = ({ data }) => {
      onChunk(base64(data.bytes));
      onInput(data.level);
    };
    this.context.createMediaStreamSource(this.stream).connect(this.capture);
  }

  play(text) {
    const samples = decode(text, this.encoding);
    this.player?.port.postMessage({ samples }, [samples.buffer]);
  }

  /** Silence at once. */
  clear() {
    this.player?.port.postMessage({ clear: true });
  }

  close() {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.capture?.disconnect();
    this.player?.disconnect();
    if (this.context.state !== "closed") this.context.close();
  }
}
