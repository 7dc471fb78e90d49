// Waterfalls as the server writes them, for the tests.

/** An answer to "What time do you open", ready before the turn was over; `changes` are laid over its turn_over step. */
export function answer(changes = {}, { late = 0, steps = [], cause = "speech" } = {}) {
  return {
    subject: "answer", cause, words: "What time do you open", at_secs: 12.4, answered_after_ms: late ? 400 + late : 448,
    steps: [
      { step: "speech", at_ms: -1600 },
      { step: "soft_end", pause: 1, at_ms: 96 },
      { step: "transcript", words: "What time do you open", work_ms: 35, at_ms: 96 },
      { step: "prepare", response: 2, words: "What time do you open", at_ms: 96 },
      ...steps,
      { step: "verdict", probability: 0.62, work_ms: 31, at_ms: 192 },
      { step: "first_token", at_ms: 200 + late },
      { step: "first_clause", at_ms: 240 + late },
      { step: "first_audio", at_ms: 390 + late },
      { step: "safe", queued_ms: 600, needed_ms: 300, at_ms: 398 + late },
      { step: "ready", at_ms: 398 + late },
      {
        step: "turn_over", at_ms: 448, basis: "silence", words: "What time do you open", silence_ms: 448, wait_ms: 430,
        completeness: "conclusive", odds: 2.2, ending: null, sound: 0.62, pace: 1, ...changes,
      },
      { step: "gate_open", response: 2, at_ms: late ? 400 + late : 448 },
      { step: "heard", at_ms: late ? 400 + late : 448 },
    ],
  };
}

/** Speech over the agent, decided on the given basis. */
export const overlap = (changes, steps = [{ step: "ducked", at_ms: 0 }, { step: "held", at_ms: 32 }]) => ({
  subject: "overlap", cause: "", words: changes.words ?? "", at_secs: 20, answered_after_ms: null,
  steps: [
    { step: "speech", at_ms: -384 },
    ...steps,
    { step: "settled", at_ms: 288, takes_floor: true, words: "", speech_ms: 352, threshold_ms: null, peak_db: -20.5, near_level_db: -31.2, ...changes },
  ],
});

/** A response that answers no speech. */
export const response = (cause, words = "", steps = []) => ({
  subject: "response", cause, words, at_secs: 3, answered_after_ms: 260,
  steps: [
    { step: "prepare", response: 1, at_ms: 0 },
    ...steps,
    { step: "first_audio", at_ms: 250 },
    { step: "ready", at_ms: 250 },
    { step: "gate_open", response: 1, at_ms: 250 },
    { step: "heard", at_ms: 260 },
  ],
});
