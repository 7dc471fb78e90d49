// One call as the talk pages hold it: conversation, audio, and what follows from both. It shows nothing itself.

import { CallAudio, MicrophoneError, decibels, parseFormat } from "./audio.js";
import { Conversation } from "./conversation.js";
import { Lanes, floorOf, share } from "./floor.js";
import { Transcript } from "./transcript.js";
import { Latency, SilenceWatch, VoiceGate } from "./turn.js";
import { keepAwake } from "./wake.js";
import { endingWords, problemWords } from "./wording.js";

/** Milliseconds between looks at what changes by time alone. */
const TICK = 100;

export class Call {
  phase = "idle";
  /** Who has the floor: of `floor.js`. */
  state = "idle";
  transcript = new Transcript();
  latency = new Latency();
  lanes = new Lanes(performance.now());
  /** Problems by name: `{text, kind, action: null | "microphone" | "resume"}`. */
  problems = new Map();
  /** Levels from 0 to 1. */
  levels = { you: 0, agent: 0 };
  conversationID = null;
  /** `performance.now()` when the call was accepted, and when it was over. */
  began = null;
  ended = null;
  /** The network's last round trip in milliseconds, or null. */
  roundTrip = null;
  voiced = 0;
  #options;
  #onChange;
  #audio = null;
  #conversation = null;
  #texts = [];
  #formats = null;
  #gate = new VoiceGate();
  #silence = new SilenceWatch();
  #isPlaying = false;
  #isMuted = false;
  #since = null;
  #isOver = false;
  #ticker = null;
  #leaving = new AbortController();

  /**
   * @param {{agentID: string, signature?: string|null, isTextOnly?: boolean}} options
   * @param {(what: "state" | "entries" | "tentative" | "problems" | "levels" | "end", value?: any) => void} onChange
   */
  constructor(options, onChange) {
    this.#options = options;
    this.#onChange = onChange;
  }

  get isTextOnly() {
    return Boolean(this.#options.isTextOnly);
  }

  get hasMicrophone() {
    return Boolean(this.#audio?.hasMicrophone);
  }

  /** Tools that are not done, the latest last. */
  get tools() {
    return this.transcript.entries.filter((entry) => entry.role === "tool" && (entry.state === "running" || (entry.state === "waiting" && entry.answered === null)));
  }

  /** Begins; from a click. `text` is a first message. */
  async start({ microphone = true, text = null } = {}) {
    addEventListener("pagehide", () => this.end(), { signal: this.#leaving.signal });
    if (text) this.sendText(text);
    this.#enter(microphone && !this.isTextOnly ? "microphone" : "connecting");
    try {
      if (!this.isTextOnly) this.#audio = await CallAudio.open({ microphone });
    } catch (error) {
      // A worklet that cannot be fetched is an AbortError.
      const text = error.name === "AbortError" ? problemWords.unloaded : `The browser cannot open its audio: ${error.message}`;
      return this.#finish({ text: error instanceof MicrophoneError ? error.message : text, isFailure: true });
    }
    if (this.#isOver) return this.#audio?.close();
    this.#enter("connecting");
    const { agentID, signature = null } = this.#options;
    this.#conversation = new Conversation({ agentID, signature, textOnly: this.isTextOnly, source: "parley_dashboard" }, (event) => this.#handle(event));
    for (const waiting of this.#texts) this.#sendText(waiting);
  }

  end() {
    if (this.#conversation) this.#conversation.end();
    this.#finish({ text: "You ended the call.", isFailure: false });
  }

  sendText(text) {
    this.#show({ type: "typed", text });
    if (this.#conversation) this.#sendText(text);
    else this.#texts.push(text);
  }

  #sendText(text) {
    this.#conversation.sendText(text);
    this.#since = performance.now();
    this.latency.typed(this.#since);
    this.#look();
  }

  sendActivity() {
    this.#conversation?.sendActivity();
  }

  approve(entry, isApproved) {
    this.#conversation?.approve(entry.toolID, isApproved);
    entry.answered = isApproved;
    this.#onChange("entries", [entry]);
    this.#look();
  }

  get isMuted() {
    return this.#isMuted;
  }

  set isMuted(isMuted) {
    this.#isMuted = isMuted;
    if (this.#audio) this.#audio.isMuted = isMuted;
    this.#silence.reset();
    this.#problem("silent", false);
    this.#onChange("state");
  }

  /** Uses the microphone again after it was lost; from a click. */
  async openMicrophone() {
    try {
      await this.#audio.openMicrophone();
      this.#silence.reset();
      this.#problem("lost", false);
    } catch (error) {
      this.#problem("lost", true, { text: error.message, kind: "alarm", action: "microphone" });
    }
    this.#onChange("state");
  }

  resume() {
    return this.#audio?.resume();
  }

  // MARK: What happens

  #handle(event) {
    if (this.#isOver) return;
    const now = performance.now();
    switch (event.type) {
      case "ready":
        return this.#begin(event, now);
      case "audio": {
        const { encoding, rate } = this.#formats.output;
        const bytes = (event.base64.length * 3) / 4 - (event.base64.match(/=+$/)?.[0].length ?? 0);
        this.#audio?.play(event.base64, event.eventID);
        return this.#show({ ...event, seconds: bytes / (encoding === "ulaw" ? 1 : 2) / rate });
      }
      case "interruption":
        this.#audio?.clear();
        break;
      case "correction":
        if (!event.corrected.trim() && this.latency.unheard(event.eventID)) this.#show({ type: "latency", eventID: event.eventID, latency: null });
        break;
      case "user":
        this.#since = now;
        this.latency.user(event.eventID, now, this.#gate);
        break;
      case "part":
        if (this.isTextOnly) this.#isPlaying = event.kind !== "stop";
        break;
      case "agent":
        if (this.isTextOnly) this.#since = null;
        // An error that did not end the call is past once the agent goes on.
        this.#problem("failure", false);
        break;
      case "tool":
        if (event.name === "skip_turn" && event.state === "done") this.#since = null;
        break;
      case "ping":
        this.roundTrip = event.milliseconds;
        return;
      case "stall":
        return this.#problem("stalled", event.isStalled, { text: problemWords.stalled, kind: "caution", action: null });
      case "error":
        if (event.code !== 1000) this.#problem("failure", true, { text: event.message, kind: "alarm", action: null });
        return;
      case "end":
        return this.#end(event);
    }
    this.#show(event);
    this.#look();
  }

  #begin({ id, input, output }, now) {
    this.conversationID = id;
    this.began = now;
    try {
      this.#formats = { input: parseFormat(input), output: parseFormat(output) };
    } catch (error) {
      this.#conversation.end();
      return this.#finish({ text: error.message, isFailure: true });
    }
    this.#audio?.start(this.#formats, (event) => this.#sound(event));
    this.#ticker = setInterval(() => this.#look(), TICK);
    keepAwake(this.#leaving.signal);
    this.#enter("live");
  }

  #sound(event) {
    switch (event.type) {
      case "chunk": {
        const level = this.#isMuted ? -120 : decibels(event.level);
        this.#conversation.sendAudio(event.base64);
        this.#gate.input(level, event.at);
        this.#silence.input(level, 20, !this.#isMuted && this.state === "listening");
        this.#problem("silent", this.#silence.isSilent, { text: problemWords.silent, kind: "caution", action: null });
        return this.#level("you", share(level), event.at);
      }
      case "played": {
        this.#isPlaying = event.isPlaying;
        this.voiced = event.voiced;
        if (event.isPlaying) this.#since = null;
        const latency = event.began === null ? null : this.latency.began(event.began, event.at);
        if (latency) this.#show({ type: "latency", eventID: event.began, latency });
        this.#show(event);
        this.#level("agent", event.isPlaying ? share(decibels(event.level)) : 0, event.at);
        return this.#look();
      }
      case "microphone":
        if (event.state === "lost") this.#problem("lost", true, { text: problemWords.lost, kind: "alarm", action: "microphone" });
        else this.#problem("blocked", event.state === "blocked", { text: problemWords.blocked, kind: "caution", action: null });
        return this.#onChange("state");
      case "paused":
        return this.#problem("paused", event.isPaused, { text: problemWords.paused, kind: "caution", action: "resume" });
    }
  }

  #level(side, level, at) {
    this.levels[side] = level;
    this.lanes.add(at, { [side]: level });
    this.#onChange("levels");
  }

  #show(event) {
    const before = this.transcript.tentative;
    const entries = this.transcript.handle(event);
    if (this.transcript.tentative !== before) this.#onChange("tentative");
    if (entries.length) this.#onChange("entries", entries);
  }

  #problem(name, isThere, problem) {
    if (isThere ? this.problems.get(name)?.text === problem.text : !this.problems.has(name)) return;
    if (isThere) this.problems.set(name, problem);
    else this.problems.delete(name);
    this.#onChange("problems");
  }

  #enter(phase) {
    this.phase = phase;
    this.#look();
  }

  #look() {
    const now = performance.now();
    this.state = floorOf({ phase: this.phase, isPlaying: this.#isPlaying, isVoiced: this.#gate.isOn(now), since: this.#since }, now);
    if (this.state === "thinking") this.lanes.add(now, { isWaiting: true });
    this.#onChange("state");
  }

  // MARK: The end

  async #end(event) {
    // The agent's last words are still on their way to the loudspeaker when the connection ends.
    if (event.code === 1000 && !event.isByUser) await this.#audio?.drained();
    this.#finish(endingWords(event));
  }

  #finish({ text, isFailure }) {
    if (this.#isOver) return;
    this.#isOver = true;
    this.ended = performance.now();
    this.#leaving.abort();
    clearInterval(this.#ticker);
    this.#audio?.close();
    this.problems.clear();
    if (isFailure) this.problems.set("failure", { text, kind: "alarm", action: null });
    this.#onChange("problems");
    this.#show({ type: "tentative", text: "" });
    this.#onChange("entries", this.tools.map((tool) => Object.assign(tool, { state: "cut" })));
    if (this.began !== null) this.#show({ type: "note", text: isFailure ? "The call ended." : text, conversationID: this.conversationID });
    this.levels = { you: 0, agent: 0 };
    this.#onChange("levels");
    this.#enter("idle");
    this.#onChange("end");
  }
}
