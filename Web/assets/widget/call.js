// One call of the widget: the engine of `talk/`, with or without audio.

import { addWorklet } from "./policy.js";

let engine = null;

/** Fetches the engine, which only calls need. */
export function prepare() {
  engine ??= Promise.all(["conversation", "audio", "transcript"].map((name) => import(`../talk/${name}.js`))).then((modules) => Object.assign({}, ...modules));
  engine.catch(() => (engine = null));
  return engine.catch((error) => {
    throw new Error("The call could not be prepared. Please try again later.", { cause: error });
  });
}

/** From the root mean square to a level as people hear it, 0 to 1. */
const loudness = (level) => Math.min(1, Math.sqrt(4 * level));

export class Call {
  #options;
  #onEvent;
  #engine;
  #conversation = null;
  #audio = null;
  #waiting = [];
  #isOver = false;
  #isMuted = false;
  #isSpeaking = false;

  /**
   * `onEvent` gets the events of `talk/conversation.js`, `end` last, the `microphone` and `paused` of `talk/audio.js`, and
   * - `speaking`: `isSpeaking`, whether the agent is heard
   * - `level`: `level`, 0 to 1, of the one who is heard
   */
  constructor(options, onEvent) {
    this.#options = options;
    this.#onEvent = (event) => this.#isOver || onEvent(event);
  }

  /** Asks for the microphone and connects; from a click, unless the call is written. @throws {Error} In words. */
  async begin() {
    this.#engine = await prepare();
    // The element may have been taken out of the page by now.
    if (this.#isOver) return;
    if (!this.#options.textOnly) this.#audio = await this.#engine.CallAudio.open({ worklet: addWorklet });
    if (this.#isOver) return this.#audio?.close();
    this.isMuted = this.#isMuted;
    this.#conversation = new this.#engine.Conversation(this.#options, (event) => this.#take(event));
    for (const message of this.#waiting) this.send(...message);
  }

  set isMuted(isMuted) {
    this.#isMuted = isMuted;
    if (this.#audio) this.#audio.isMuted = isMuted;
  }

  /** Calls `sendText`, `sendActivity` or `sendContext` of the conversation, as soon as there is one. */
  send(method, ...values) {
    if (this.#conversation) this.#conversation[method](...values);
    else this.#waiting.push([method, ...values]);
  }

  resume() {
    this.#audio?.resume();
  }

  end() {
    if (this.#conversation) this.#conversation.end();
    else this.#finish({ type: "end", code: 1000, reason: "", isByUser: true, wasReady: false, error: null });
  }

  async #take(event) {
    if (event.type === "audio") return this.#audio?.play(event.base64, event.eventID);
    if (event.type === "interruption") this.#audio?.clear();
    if (event.type === "ready") this.#start(event);
    if (event.type !== "end") return this.#onEvent(event);
    // The last words are still to be heard when the agent has hung up.
    if (!event.isByUser) await this.#audio?.drained();
    this.#finish(event);
  }

  #start({ input, output }) {
    try {
      const [from, to] = [input, output].map(this.#engine.parseFormat);
      this.#audio?.start({ input: from, output: to }, (event) => this.#hear(event));
    } catch (error) {
      this.#onEvent({ type: "error", message: error.message });
      this.end();
    }
  }

  #hear(event) {
    const { type, level, isPlaying } = event;
    if (type === "chunk") this.#conversation.sendAudio(event.base64);
    else if (type !== "played") return this.#onEvent(event);
    else if (isPlaying !== this.#isSpeaking) this.#onEvent({ type: "speaking", isSpeaking: (this.#isSpeaking = isPlaying) });
    if ((type === "played") === this.#isSpeaking) this.#onEvent({ type: "level", level: loudness(level) });
  }

  #finish(event) {
    this.#audio?.close();
    this.#onEvent(event);
    this.#isOver = true;
  }
}
