// What can be told from the microphone's level: whether the caller speaks, how long answers take, whether it hears anything.

/** dBFS under which nothing is a voice, and how far above the noise one is. */
const QUIETEST_VOICE = -50;
const ABOVE_NOISE = 12;
/** dB a second by which the noise is believed to rise; it falls at once. */
const RISE = 4;
/** Milliseconds that a sound must last to be a voice, and that a voice may pause and still be going on. */
const SHORTEST = 60;
const PAUSE = 250;

/** Whether a voice is to be heard, by its level above the noise. Times are milliseconds. */
export class VoiceGate {
  /** When the voice was last heard. */
  lastVoice = -Infinity;
  #noise = -70;
  #at = null;
  #since = null;

  /** @param {number} level dBFS of a chunk that ends `at`. */
  input(level, at) {
    const passed = this.#at === null ? 0 : (at - this.#at) / 1000;
    this.#noise = Math.max(-90, Math.min(level, this.#noise + RISE * passed));
    this.#at = at;
    if (level > Math.max(QUIETEST_VOICE, this.#noise + ABOVE_NOISE)) {
      this.#since ??= at;
      if (at - this.#since >= SHORTEST) this.lastVoice = at;
    } else if (at - this.lastVoice > PAUSE) {
      this.#since = null;
    }
  }

  isOn(at) {
    return at - this.lastVoice <= PAUSE;
  }
}

/** Milliseconds before a transcript within which the voice must have ended for the end to count. */
const LONGEST_WAIT = 8000;

/**
 * How long answers take: from the end of the caller's voice, where its level showed it, else from the transcript's arrival, or
 * from the sending of a typed turn, until the first sound of the answer.
 */
export class Latency {
  /** All answers so far: `{eventID, milliseconds, from}`, `from` being `voice`, `transcript` or `typed`. */
  answers = [];
  #pending = null;
  #latest = -Infinity;
  #typedAt = 0;

  /** The caller's turn is over. @param {VoiceGate} gate */
  user(eventID, at, gate) {
    const isSeen = gate.lastVoice <= at && at - gate.lastVoice < LONGEST_WAIT;
    this.#pending = { eventID, since: isSeen ? gate.lastVoice : at, from: isSeen ? "voice" : "transcript" };
  }

  typed(at) {
    this.#typedAt = at;
    this.#pending = { eventID: null, since: at, from: "typed" };
  }

  /** The first sound of a turn. @returns {{eventID: number, milliseconds: number, from: string} | null} */
  began(eventID, at) {
    const { eventID: awaited, since, from } = this.#pending ?? {};
    const isAnswer = this.#pending && (awaited === null ? eventID > this.#latest : eventID === awaited);
    this.#latest = Math.max(this.#latest, eventID);
    if (!isAnswer) return null;
    this.#pending = null;
    this.answers.push({ eventID, milliseconds: Math.max(0, at - since), from });
    return this.answers.at(-1);
  }

  /** Nothing of a turn was heard after all: a greeting that a typed turn has overtaken is no answer to it. @returns {boolean} Whether it had counted. */
  unheard(eventID) {
    const answer = this.answers.at(-1);
    if (!answer || answer.eventID !== eventID || answer.from !== "typed") return false;
    this.answers.pop();
    this.#pending ??= { eventID: null, since: this.#typedAt, from: "typed" };
    return true;
  }
}

/** Milliseconds of silence after which the microphone is said to be silent. */
const SILENT = 8000;
/** dBFS that a microphone reaches which hears anything, and which one that has already been heard falls below when it is switched off. */
const ANYTHING = -60;
const SWITCHED_OFF = -90;

/** Whether the microphone seems to be dead. */
export class SilenceWatch {
  isSilent = false;
  #silentFor = 0;
  #wasHeard = false;

  /**
   * @param {number} level dBFS. @param {number} milliseconds The chunk's length.
   * @param {boolean} counts Whether silence would be a sign: not while muted, and not while the agent speaks and one listens.
   */
  input(level, milliseconds, counts) {
    if (level > ANYTHING) this.#wasHeard = true;
    if (level > (this.#wasHeard ? SWITCHED_OFF : ANYTHING)) this.#silentFor = 0;
    else if (counts) this.#silentFor += milliseconds;
    this.isSilent = this.#silentFor >= SILENT;
  }

  reset() {
    this.#silentFor = 0;
    this.#wasHeard = this.isSilent = false;
  }
}
