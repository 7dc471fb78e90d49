// The monitor of a call: a WebSocket that tells what happens, and takes commands.

import { callsInProgress } from "../../core/workspace.js";

/** Milliseconds before a lost connection is tried again; each further try waits twice as long, up to the longest. */
const SHORTEST_PAUSE = 500;
const LONGEST_PAUSE = 2000;
/** Milliseconds that a connection may take to open. */
const PATIENCE = 4000;
/** Milliseconds within which the server keeps a takeover for whoever has lost the connection. */
const GRACE = 15_000;
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

/** What becomes of a takeover when the connection, lost `since`, is back: whether it is resumed. Milliseconds. */
export const resumes = (since, now) => now - since < GRACE;

export const pauseAfter = (losses) => Math.min(LONGEST_PAUSE, SHORTEST_PAUSE * 2 ** (losses - 1));

export class Monitor {
  #id;
  #handlers;
  #signal;
  #socket = null;
  #losses = 0;
  /** Whether anything has ever come: a server that lets the call be followed does not refuse it later. */
  #wasOpen = false;

  /**
   * Handlers: `onMessage(message)`, and `onState(state, reason)` with "open", "lost" (it is tried again), "refused" or "ended".
   * The signal closes it.
   */
  constructor(id, handlers, signal) {
    this.#id = id;
    this.#handlers = handlers;
    this.#signal = signal;
    signal.addEventListener("abort", () => this.#socket.close(1000));
    // A socket of a network that was left neither works nor closes.
    addEventListener("online", () => this.#drop(this.#socket), { signal });
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
    const late = setTimeout(() => this.#drop(socket), PATIENCE);
    socket.onopen = () => {
      clearTimeout(late);
      this.#handlers.onState("open");
    };
    socket.onmessage = ({ data }) => {
      this.#wasOpen = true;
      this.#losses = 0;
      let message;
      try {
        message = JSON.parse(data);
      } catch {
        return;
      }
      this.#handlers.onMessage(message);
    };
    socket.onclose = (end) => {
      clearTimeout(late);
      socket.onclose = null;
      this.#closed(end);
    };
  }

  /** Gives a socket up without waiting for the other side. */
  #drop(socket) {
    socket.onmessage = null;
    socket.onclose?.({ code: 1006, reason: "" });
    socket.close();
  }

  async #closed({ code, reason }) {
    if (this.#signal.aborted) return;
    if (this.#wasOpen && code !== REFUSED) this.#handlers.onState("lost");
    const isLive = await callsInProgress(AbortSignal.any([this.#signal, AbortSignal.timeout(PATIENCE)]))
      .then((calls) => calls.some(({ conversation_id: id }) => id === this.#id))
      .catch(() => null);
    if (this.#signal.aborted) return;
    const state = meaning({ isLive, wasOpen: this.#wasOpen, code });
    this.#handlers.onState(state, reason);
    if (state !== "lost") return;
    this.#losses += 1;
    const timer = setTimeout(() => this.#connect(), pauseAfter(this.#losses));
    this.#signal.addEventListener("abort", () => clearTimeout(timer));
  }
}
