// One conversation over its WebSocket: the protocol's order, time-outs and client tools, without audio devices and without a page.

import { conversationURL, initiation, readMessage } from "./protocol.js";

/** Milliseconds to wait for the server's first message. */
const PATIENCE = 10_000;
/** Milliseconds without a message (pings come every 2 s) after which the connection is said to be stalled, and given up. */
const STALLED = 7_000;
const LOST = 30_000;
/** Bytes waiting in the socket beyond which microphone audio is dropped: the network does not keep up. */
const LONGEST_BACKLOG = 512 * 1024;

/** Close codes of this client, beside the protocol's. */
export const closeCodes = { noAnswer: 4000, lost: 4001 };

export class Conversation {
  #socket;
  #onEvent;
  #tools;
  #waiting = [];
  #interrupted = 0;
  #error = null;
  #isReady = false;
  #isOver = false;
  #heard = performance.now();
  #isStalled = false;
  #timers = [];

  /**
   * Connects at once. `onEvent(event, message)` gets every event of `protocol.js` with the message it was read from, and of the
   * connection itself:
   * - `stall`: `isStalled`, nothing comes from the server, or it comes again
   * - `end`, last and once: `code`, `reason`, `isByUser`, `wasReady`, `error` (the last `error` event, or null)
   *
   * Audio that was interrupted is left out, pings are answered, an error that comes twice is told once.
   *
   * @param {object} options
   * @param {string} [options.agentID] Needed unless `signedURL` is given.
   * @param {string|null} [options.signedURL] An address of `get-signed-url`, used as it is.
   * @param {string|null} [options.signature] Only the `conversation_signature` of one.
   * @param {string|URL} [options.server] By default the server from which this script came.
   * @param {object} [options.overrides] `conversation_config_override`; what the agent does not permit ends the call.
   * @param {object} [options.dynamicVariables]
   * @param {object|null} [options.extraBody] `custom_llm_extra_body`, for agents with a model of their own.
   * @param {string|null} [options.userID]
   * @param {string|null} [options.environment]
   * @param {string|null} [options.source] The client's name in the record.
   * @param {boolean} [options.textOnly] Neither side speaks.
   * @param {Record<string, (parameters: object) => any>} [options.tools] Client tools by name; what they return, or resolve
   *   with, goes to the agent, and what they throw as an error. A tool that is not there is an error too.
   * @param {(event: import("./protocol.js").CallEvent, message?: object) => void} onEvent
   */
  constructor(options, onEvent) {
    const { server = import.meta.url } = options;
    this.#onEvent = onEvent;
    this.#tools = options.tools ?? {};
    this.#socket = new WebSocket(conversationURL({ ...options, server }), ["convai"]);
    this.#socket.onopen = () => this.#write(initiation(options));
    this.#socket.onmessage = ({ data }) => this.#receive(data);
    this.#socket.onclose = ({ code, reason }) => this.#finish({ code, reason });
    this.#timers = [
      setTimeout(() => this.#isReady || this.#close(closeCodes.noAnswer, "The server did not answer"), PATIENCE),
      setInterval(() => this.#watch(), 1000),
    ];
  }

  get isReady() {
    return this.#isReady && !this.#isOver;
  }

  /** Audio in the call's input format. Dropped while the conversation is not ready, or the network does not keep up. */
  sendAudio(base64) {
    if (this.isReady && this.#socket.bufferedAmount < LONGEST_BACKLOG) this.#write({ user_audio_chunk: base64 });
  }

  /** A whole turn, typed; it interrupts the agent. Kept until the conversation is ready. */
  sendText(text) {
    this.#send({ type: "user_message", text });
  }

  /** The user types: the agent holds back for a moment. */
  sendActivity() {
    if (this.isReady) this.#write({ type: "user_activity" });
  }

  /** Context for the next answer. */
  sendContext(text) {
    this.#send({ type: "contextual_update", text });
  }

  /** Answers a `tool` event whose state is `waiting`. */
  approve(toolCallID, isApproved) {
    this.#send({ type: "mcp_tool_approval_result", tool_call_id: toolCallID, is_approved: isApproved });
  }

  end() {
    this.#close(1000, "User ended conversation", true);
  }

  // MARK: The socket

  #send(message) {
    if (this.#isReady) this.#write(message);
    else if (!this.#isOver) this.#waiting.push(message);
  }

  #write(message) {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #close(code, reason, isByUser = false) {
    if (this.#isOver) return;
    this.#socket.close(code, reason);
    // A browser tells of the end when the server has answered, which a network that is gone never does.
    this.#finish({ code, reason, isByUser });
  }

  #finish({ code, reason, isByUser = false }) {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#timers[0]);
    clearInterval(this.#timers[1]);
    this.#onEvent({ type: "end", code, reason, isByUser, wasReady: this.#isReady, error: this.#error });
  }

  #watch() {
    const silence = performance.now() - this.#heard;
    if (!this.#isReady) return;
    if (silence > LOST) this.#close(closeCodes.lost, "Nothing came from the server");
    else this.#stall(silence > STALLED);
  }

  #stall(isStalled) {
    if (isStalled === this.#isStalled) return;
    this.#isStalled = isStalled;
    this.#onEvent({ type: "stall", isStalled });
  }

  #receive(data) {
    if (this.#isOver) return;
    this.#heard = performance.now();
    this.#stall(false);
    let message;
    try {
      message = JSON.parse(data);
    } catch {
      return;
    }
    const event = readMessage(message);
    if (!this.#admits(event)) return;
    if (event.type === "ready") {
      this.#isReady = true;
      for (const text of this.#waiting.splice(0)) this.#write(text);
    }
    this.#onEvent(event, message);
    if (event.type === "clientTool") this.#run(event);
  }

  /** Keeps what the order of messages demands, and says whether the event is to be told. */
  #admits(event) {
    switch (event.type) {
      case "ready":
        return !this.#isReady;
      case "ping":
        this.#write({ type: "pong", event_id: event.eventID });
        return true;
      case "audio":
        // What was on its way when the agent was interrupted is stale.
        return event.eventID > this.#interrupted;
      case "interruption":
        this.#interrupted = Math.max(this.#interrupted, event.eventID);
        return true;
      case "error": {
        // Every error comes in two spellings.
        const isRepeated = this.#error?.message === event.message;
        this.#error = event;
        return !isRepeated;
      }
      default:
        return true;
    }
  }

  async #run({ id, name, parameters, expectsResponse }) {
    const answer = { type: "client_tool_result", tool_call_id: id };
    try {
      if (!Object.hasOwn(this.#tools, name)) throw new Error(`This page has no tool named ${name}.`);
      const result = (await this.#tools[name](parameters)) ?? "";
      // What cannot be written as JSON fails here, where the agent is told.
      JSON.stringify(result);
      Object.assign(answer, { result, is_error: false });
    } catch (error) {
      Object.assign(answer, { result: String(error?.message ?? error), is_error: true });
    }
    if (expectsResponse) this.#send(answer);
  }
}
