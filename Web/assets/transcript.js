// What was said, as a list of bubbles.

export class Transcript {
  #list;
  #tentative;
  /** Typed messages that the server may repeat as transcripts. */
  #typed = [];
  /** The agent's bubbles by event. */
  #responses = new Map();

  constructor(list, tentative) {
    this.#list = list;
    this.#tentative = tentative;
  }

  get isEmpty() {
    return this.#list.childElementCount === 0;
  }

  clear() {
    this.#list.replaceChildren();
    this.#typed = [];
    this.#responses.clear();
    this.tentative("");
  }

  /** What the recogniser believes so far. */
  tentative(text) {
    this.#tentative.textContent = text;
    this.#tentative.hidden = !text;
    this.#scroll();
  }

  user(text) {
    this.tentative("");
    const repeated = this.#typed.indexOf(text);
    if (repeated >= 0) {
      this.#typed.splice(repeated, 1);
    } else if (text) {
      this.#add("user", text);
    }
  }

  typed(text) {
    this.#typed.push(text);
    this.#add("user", text);
  }

  agent(text, event) {
    if (!text) return;
    const bubble = this.#responses.get(event);
    // A response that grew, or that was streamed in parts before.
    if (bubble && (text.startsWith(bubble.textContent) || bubble.dataset.parts)) {
      bubble.textContent = text;
      delete bubble.dataset.parts;
      this.#scroll();
    } else {
      this.#responses.set(event, this.#add("agent", text));
    }
  }

  /** A response as the model writes it. */
  part(kind, text, event) {
    if (kind !== "delta" || !text) return;
    let bubble = this.#responses.get(event);
    if (!bubble) {
      bubble = this.#add("agent", "");
      this.#responses.set(event, bubble);
      bubble.dataset.parts = "yes";
    }
    if (bubble.dataset.parts) bubble.textContent += text;
    this.#scroll();
  }

  /** The agent was interrupted: only this much was heard. */
  correct(original, corrected, event) {
    const bubble =
      this.#responses.get(event) ?? [...this.#responses.values()].findLast((bubble) => bubble.textContent === original);
    if (!bubble) return;
    bubble.textContent = corrected;
    const note = document.createElement("span");
    note.className = "note";
    note.textContent = corrected ? "interrupted" : "interrupted before it was heard";
    bubble.parentElement.append(note);
  }

  note(text) {
    if (this.isEmpty) return;
    const line = document.createElement("li");
    line.className = "event quiet";
    line.textContent = text;
    this.#list.append(line);
    this.#scroll();
  }

  /** Returns the element that holds the text. */
  #add(role, text) {
    const item = document.createElement("li");
    item.className = `bubble ${role}`;
    const speaker = document.createElement("span");
    speaker.className = "unseen";
    speaker.textContent = role === "user" ? "You: " : "Agent: ";
    const bubble = document.createElement("span");
    bubble.className = "text";
    bubble.textContent = text;
    item.append(speaker, bubble);
    this.#list.append(item);
    this.#scroll();
    return bubble;
  }

  #scroll() {
    const view = this.#list.parentElement;
    view.scrollTop = view.scrollHeight;
  }
}
