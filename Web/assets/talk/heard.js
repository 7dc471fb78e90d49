// Which words of a response were heard: the server's alignment of characters with time, and the seconds that were played.

/** Seconds of a voice after which an alignment that has not come will not come: its words are shown as heard. */
const PATIENCE = 1;

/** Where the word ends in `text` to which the last of so many characters belongs. White space does not count, which voices may leave out. */
function wordEnd(text, count) {
  if (count === 0) return 0;
  const words = [...text.matchAll(/\S+/g)];
  const word = words.find(({ 0: { length } }) => (count -= length) <= 0) ?? words.at(-1);
  return word ? word.index + word[0].length : 0;
}

/** The voice of one turn as it arrives, and what of it was said when. Times are seconds from the turn's first sample. */
export class SpokenTurn {
  /** Seconds of audio that have arrived. */
  seconds = 0;
  #characters = [];
  #starts = [];

  /** Adds a chunk of `seconds`, with its alignment in milliseconds from its own beginning, or null. */
  add(seconds, alignment) {
    alignment?.characters.forEach((character, index) => {
      this.#characters.push(character);
      this.#starts.push(this.seconds + alignment.starts[index] / 1000);
    });
    this.seconds += seconds;
  }

  get isAligned() {
    return this.#characters.length > 0;
  }

  /** What the alignment says is spoken, as far as it has arrived. */
  get text() {
    return this.#characters.join("");
  }

  /**
   * How many characters of `text` were heard after `played` seconds, up to the end of the word that has begun.
   */
  heard(text, played) {
    if (played <= 0) return 0;
    if (!this.isAligned) return played > PATIENCE ? text.length : 0;
    const spoken = this.#characters.slice(0, this.#starts.findLastIndex((start) => start <= played) + 1).join("");
    return wordEnd(text, spoken.replace(/\s+/g, "").length);
  }
}
