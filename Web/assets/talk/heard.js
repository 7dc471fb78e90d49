// Which words of a response were heard: the server's alignment of characters with time, and the seconds that were played.

/** Seconds of a voice after which an alignment that has not come will not come: its words are shown as heard. */
const PATIENCE = 1;

const squeeze = (text) => text.replace(/\s+/g, "");
const words = (text) => text.match(/\S+/g) ?? [];

/** Where the word that begins in `text` before `position` ends. */
function wordEnd(text, position) {
  if (position <= 0) return 0;
  const rest = text.slice(position - 1).search(/\s/);
  return rest < 0 ? text.length : Math.max(position - 1 + rest, 0);
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
    const [all, written] = [squeeze(this.text), squeeze(text)];
    if (written.startsWith(all) || all.startsWith(written)) return wordEnd(text, afterCharacters(text, squeeze(spoken).length));
    // Numbers and the like are spoken in other characters than they are written: then words are counted.
    return afterWords(text, words(spoken).length);
  }
}

function afterCharacters(text, count) {
  let position = 0;
  while (count > 0 && position < text.length) if (!/\s/.test(text[position++])) count--;
  return position;
}

function afterWords(text, count) {
  const ends = [...text.matchAll(/\S+/g)].map((match) => match.index + match[0].length);
  return count === 0 ? 0 : (ends[count - 1] ?? text.length);
}
