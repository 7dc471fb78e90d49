import assert from "node:assert/strict";
import { test } from "node:test";

import { SpokenTurn } from "../../../Web/assets/talk/heard.js";

/** A turn spoken at 20 characters a second, in chunks of 100 ms. */
function spoken(text) {
  const turn = new SpokenTurn();
  for (let at = 0; at < text.length; at += 2) {
    const characters = [...text.slice(at, at + 2)];
    turn.add(0.1, { characters, starts: characters.map((_, index) => 50 * index) });
  }
  return turn;
}

test("a word counts as heard when it has begun", () => {
  const text = "Hello there, friend";
  const turn = spoken(text);
  assert.equal(turn.text, text);
  assert.equal(turn.heard(text, 0), 0);
  assert.equal(text.slice(0, turn.heard(text, 0.01)), "Hello");
  assert.equal(text.slice(0, turn.heard(text, 0.31)), "Hello there,");
  assert.equal(turn.heard(text, 5), text.length);
});

test("spaces that the voice leaves out do not matter", () => {
  const turn = spoken("Helloworldagain");
  const text = "Hello  world again";
  assert.equal(text.slice(0, turn.heard(text, 0.26)), "Hello  world");
});

test("a text that is longer than what has been spoken yet is lit as far as that", () => {
  const turn = spoken("Hello there");
  const text = "Hello there, how are you?";
  assert.equal(text.slice(0, turn.heard(text, 2)), "Hello there,");
});

test("an alignment that does not come is not awaited for long", () => {
  const turn = new SpokenTurn();
  turn.add(2, null);
  assert.deepEqual([turn.isAligned, turn.heard("One two", 0.5), turn.heard("One two", 1.1)], [false, 0, 7]);
});

test("chunks in which no word begins, words that end after their chunk, and characters of several units", () => {
  const turn = new SpokenTurn();
  const word = (text, start, duration) => [...new Intl.Segmenter().segment(text)].map(({ segment }, index, all) => [segment, start + (index * duration) / all.length, duration / all.length]);
  const add = (...timed) => turn.add(0.04, timed.length ? { characters: timed.map(([character]) => character), starts: timed.map(([, start]) => start) } : null);
  const text = "Well, 👩‍🔧 mends bicycles";
  add();
  add(...word("Well,", 10, 300), ...word(" 👩‍🔧", 30, 100));
  for (let chunk = 0; chunk < 6; chunk++) add();
  add(...word(" mends", 0, 200));
  for (let chunk = 0; chunk < 4; chunk++) add();
  const heard = (seconds) => text.slice(0, turn.heard(text, seconds));
  assert.deepEqual([0.04, 0.051, 0.33, 0.361, 9].map(heard), ["", "Well, 👩‍🔧".slice(0, 5), "Well, 👩‍🔧", "Well, 👩‍🔧 mends", "Well, 👩‍🔧 mends"]);
});
