// What was said and done in a call, as a list of entries. A plain value: events in, changed entries out.

import { SpokenTurn } from "./heard.js";

/**
 * An entry. `role` is one of
 * - `user`: `text`, `eventID` (null for typed ones), `isTyped`
 * - `agent`: `text`, `eventID`, `heard` (how many characters were heard), `isWhole`, `isInterrupted`, `isHuman` (a person has
 *   written it in the agent's place), `latency` (null or of `turn.js`)
 * - `tool`: what a `tool` event of `protocol.js` holds, `answered` (what the person chose, or null)
 * - `note`: `text`, `kind` (null or "alarm"), `conversationID`
 *
 * @typedef {{id: number, role: string} & Record<string, any>} Entry
 */

export class Transcript {
  /** @type {Entry[]} */
  entries = [];
  /** What the recogniser believes so far. */
  tentative = "";
  #turns = new Map();
  #latencies = new Map();
  #isHuman = false;

  get isEmpty() {
    return this.entries.length === 0;
  }

  /**
   * @param {import("./protocol.js").CallEvent} event Of the protocol; of `audio.js` the `played` event; of the call `typed` and
   *   `note` with their `text`, `latency` with `eventID` and `latency`; an `audio` event has `seconds`.
   * @returns {Entry[]} The entries that are new or have changed.
   */
  handle(event) {
    switch (event.type) {
      case "tentative":
        this.tentative = event.text;
        return [];
      case "user":
        this.tentative = "";
        return event.text ? [this.#user(event)] : [];
      case "typed":
        return [this.#add({ role: "user", text: event.text, eventID: null, isTyped: true })];
      case "agent":
        return event.text ? this.#said(event) : [];
      case "part":
        return this.#part(event);
      case "audio":
        return this.#voice(event);
      case "played":
        return this.#heard(event);
      case "complete":
        return this.#of(event.eventID).filter((entry) => this.#light(entry, entry.text.length));
      case "correction":
        return this.#correct(event);
      case "latency":
        // The first sound often comes before the words are known.
        this.#latencies.set(event.eventID, event.latency);
        return this.#of(event.eventID).slice(0, 1).map((entry) => Object.assign(entry, { latency: event.latency }));
      case "takeover":
        this.#isHuman = event.isOn;
        return [];
      case "tool":
        return [this.#tool(event)];
      case "clientTool":
        return [this.#tool({ ...event, type: "tool", kind: "client", state: "running" })];
      case "note": {
        const { text, kind = null, conversationID = null } = event;
        return [this.#add({ role: "note", text, kind, conversationID })];
      }
      default:
        return [];
    }
  }

  #add(entry) {
    this.entries.push({ id: this.entries.length, ...entry });
    return this.entries.at(-1);
  }

  /** The agent's entries of a turn: several, when it spoke before a tool and after it. */
  #of(eventID) {
    return this.entries.filter((entry) => entry.role === "agent" && entry.eventID === eventID);
  }

  /** Words that the caller added before the answer have the id of the first ones. */
  #user({ text, eventID }) {
    const last = this.entries.findLast((entry) => entry.role === "user" || entry.role === "agent");
    if (last?.role !== "user" || last.eventID === null || last.eventID !== eventID) return this.#add({ role: "user", text, eventID, isTyped: false });
    last.text = text.startsWith(last.text) ? text : `${last.text} ${text}`;
    return last;
  }

  #newAnswer(eventID, text) {
    const latency = this.#of(eventID).length === 0 ? (this.#latencies.get(eventID) ?? null) : null;
    return this.#add({ role: "agent", text, eventID, heard: 0, isWhole: false, isInterrupted: false, isHuman: this.#isHuman, latency });
  }

  #said({ text, eventID }) {
    let entry = this.#of(eventID).at(-1);
    // One that grew, that was streamed in parts before, or that was known by its sound only.
    const isSame = entry && (!entry.isWhole || text.startsWith(entry.text));
    if (!isSame) entry = this.#newAnswer(eventID, "");
    const wasHeard = entry.heard >= entry.text.length && entry.isWhole;
    Object.assign(entry, { text, isWhole: true });
    if (wasHeard || !this.#turns.has(eventID)) this.#light(entry, text.length);
    return [entry];
  }

  #part({ kind, text, eventID }) {
    let entry = this.#of(eventID).at(-1);
    if (kind !== "delta" || !text) return [];
    if (!entry || entry.isWhole) entry = this.#newAnswer(eventID, "");
    if (!entry.isStreamed) Object.assign(entry, { isStreamed: true, text: "" });
    entry.text += text;
    if (!this.#turns.has(eventID)) entry.heard = entry.text.length;
    return [entry];
  }

  /** Before a response is known as text, its words are shown as the voice brings them. */
  #voice({ eventID, seconds, alignment }) {
    let turn = this.#turns.get(eventID);
    const entries = this.#of(eventID);
    if (!turn) {
      this.#turns.set(eventID, (turn = new SpokenTurn()));
      for (const entry of entries) entry.heard = 0;
    }
    turn.add(seconds, alignment);
    if (!turn.isAligned) return [];
    const entry = entries[0] ?? this.#newAnswer(eventID, "");
    if (entries.length > 1 || entry.isWhole || entry.isStreamed || entry.text === turn.text) return [];
    entry.text = turn.text;
    return [entry];
  }

  #heard({ eventID, seconds }) {
    const turn = this.#turns.get(eventID);
    const entries = this.#of(eventID);
    if (!turn || entries.length === 0 || entries.some((entry) => entry.isInterrupted)) return [];
    const text = entries.map((entry) => entry.text).join(" ");
    let heard = turn.heard(text, seconds);
    return entries.filter((entry) => {
      const here = Math.max(0, Math.min(entry.text.length, heard));
      heard -= entry.text.length + 1;
      return this.#light(entry, here);
    });
  }

  /** What was heard stays so; whether that changed anything. */
  #light(entry, heard) {
    if (heard <= entry.heard) return false;
    entry.heard = heard;
    return true;
  }

  #correct({ original, corrected, eventID }) {
    const entries = this.#of(eventID);
    const entry = entries.findLast((candidate) => candidate.text === original) ?? entries.at(-1);
    if (!entry) return [];
    // The rest stays to be read, marked as not heard, when the heard part is its beginning.
    if (!entry.text.startsWith(corrected.trim())) entry.text = corrected;
    return [Object.assign(entry, { heard: corrected.trim().length, isWhole: true, isInterrupted: true })];
  }

  #tool({ type, ...event }) {
    const known = this.entries.find((entry) => entry.role === "tool" && entry.toolID === event.id);
    const { id: toolID, ...members } = event;
    // A later message of the same call never takes it back to its beginning.
    const isOver = known && known.state !== "running" && known.state !== "waiting";
    if (isOver && (event.state === "running" || event.state === "waiting")) delete members.state;
    return known ? Object.assign(known, members) : this.#add({ role: "tool", toolID, answered: null, ...members });
  }
}
