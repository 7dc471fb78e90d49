// How long an agent waits before it answers, by its eagerness (docs/turn-taking.md).

/** Milliseconds at normal eagerness: when the words are surely over, when it may be either, when the caller is in mid-sentence. */
const NORMAL = { shortest: 288, even: 800, longest: 2200 };

export const levels = [
  { value: "patient", title: "Patient", factor: 1.6, help: "Gives callers time to think, to look things up and to spell." },
  { value: "normal", title: "Normal", factor: 1, help: "Suits most conversations." },
  { value: "eager", title: "Eager", factor: 0.7, help: "Answers fast, and cuts in a little more often." },
];

/** The waits of a level in whole milliseconds. @returns {{shortest: number, even: number, longest: number}} */
export function waits(factor) {
  return Object.fromEntries(Object.entries(NORMAL).map(([name, value]) => [name, Math.round(value * factor)]));
}

const seconds = (value) => (value / 1000).toFixed(1);

/** The picture in words. */
export const describe = ({ shortest, even, longest }) =>
  `Answers ${seconds(shortest)} s after words that are surely over, ${seconds(even)} s when it may be either, and ${seconds(longest)} s when the caller seems to be in mid-sentence.`;

/** The longest time on the picture's axis, in milliseconds, the same for all levels so that they can be compared. */
export const AXIS = 4000;

/**
 * The picture's geometry in a field of `width`: the caller's last words fill `speech`, then the time goes on.
 *
 * @returns {{words: {x: number, height: number}[], bar: {x: number, width: number}, even: number, ticks: {x: number, text: string}[]}}
 */
export function picture(level, width, speech) {
  const x = (milliseconds) => Math.round((speech + ((width - speech - 12) * milliseconds) / AXIS) * 10) / 10;
  const count = Math.floor(speech / 6);
  const words = Array.from({ length: count }, (_, index) => ({ x: 3 + index * 6, height: 5 + Math.round(9 * Math.abs(Math.sin(index * 2.1 + 0.6))) }));
  const bar = { x: x(level.shortest), width: Math.round((x(level.longest) - x(level.shortest)) * 10) / 10 };
  return { words, bar, even: x(level.even), ticks: [0, 1, 2, 3, 4].map((second) => ({ x: x(second * 1000), text: second ? `${second} s` : "0" })) };
}
