// The monitor of a call: a WebSocket that tells what happens, and takes commands.

import { callsInProgress } from "../../core/workspace.js";


/** Milliseconds before a lost connection is tried again; each further try waits twice as long, up to the longest. */
const SHORTEST_PAUSE = 500;
const LONGEST_PAUSE = 8000;
/** Closed because of a policy: access refused. */
const REFUSED = 1008;

/** A command as the socket takes it: `command("contextual_update", { contextual_update: text })`. */
export const command = (type, parameters) => ({ command_type: type, ...(parameters ? { parameters } : {}) });

/**
 * What it means that the socket has closed.
 *
 * @param {{isLive: boolean|null, wasOpen: boolean, code: number}} how `isLive`: whether the call goes on; null when the server did not say.
 * @returns {"ended"|"refused"|"lost"}
 */
export function meaning({ isLive, wasOpen, code }) {
  if (isLive === false) return "ended";
  if (code === REFUSED) return "refused";
  return isLive === null || wasOpen ? "lost" : "refused";
}

export const pauseAfter = (losses) => Math.min(LONGEST_PAUSE, SHORTEST_PAUSE * 2 ** (losses - 1));

export class Monitor {
  #id;
  #handlers;
  #signal;
  #socket = null;
  #losses = 0;

  /**
   * Handlers: `onMessage(message)`, and `onState(state, reason)` with "open", "lost" (it is tried again), "refused" or "ended".
   * The signal closes it.
   */
  constructor(id, handlers, signal) {
    this.#id = id;
    this.#handlers = handlers;
    this.#signal = signal;
    signal.addEventListener("abort", () => this.#socket?.close(1000));
    this.#connect();
  }

  /** Whether the command went out. */
  send(type, parameters) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(command(type, parameters)));
    return true;
  }

  #connect() {
    if (this.#signal.aborted) return;
    const url = new URL(`/v1/convai/conversations/${encodeURIComponent(this.#id)}/monitor`, location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    const socket = (this.#socket = new WebSocket(url));
    let wasOpen = false;
    socket.onopen = () => {
      this.#handlers.onState("open");
    };
    socket.onmessage = ({ data }) => {
      wasOpen = true;
      this.#losses = 0;
      let message;
      try {
        message = JSON.parse(data);
      } catch {
        return;
      }
      this.#handlers.onMessage(message);
    };
    socket.onclose = ({ code, reason }) => this.#closed({ code, reason, wasOpen });
  }

  async #closed({ code, reason, wasOpen }) {
    if (this.#signal.aborted) return;
    const isLive = await callsInProgress(this.#signal)
      .then((calls) => calls.some(({ conversation_id: id }) => id === this.#id))
      .catch(() => null);
    if (this.#signal.aborted) return;
    const state = meaning({ isLive, wasOpen, code });
    this.#handlers.onState(state, reason);
    if (state !== "lost") return;
    this.#losses += 1;
    const timer = setTimeout(() => this.#connect(), pauseAfter(this.#losses));
    this.#signal.addEventListener("abort", () => clearTimeout(timer));
  }
}
