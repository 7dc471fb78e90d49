// Asking again and again, while somebody looks.

/**
 * Runs `action` now and `pause` milliseconds after each end of it, until `signal` aborts. While the page is hidden it rests,
 * and runs at once when the page is seen again. What fails is the action's to tell; the next run comes all the same.
 *
 * @param {() => Promise<void>} action
 * @param {number} pause Milliseconds.
 * @param {AbortSignal} signal
 */
export function poll(action, pause, signal) {
  let timer = null;
  let isRunning = false;
  const run = async () => {
    clearTimeout(timer);
    if (isRunning || signal.aborted || document.hidden) return;
    isRunning = true;
    try {
      await action();
    } catch {
      // See above.
    }
    isRunning = false;
    if (!signal.aborted) timer = setTimeout(run, pause);
  };
  document.addEventListener("visibilitychange", run, { signal });
  signal.addEventListener("abort", () => clearTimeout(timer));
  run();
}

/**
 * Has a later run of `action` win over one that is still on its way: that one's signal is aborted, as all are with `signal`.
 *
 * @param {(signal: AbortSignal, ...rest: *[]) => Promise<void>} action
 */
export function latest(signal, action) {
  let present;
  return (...rest) => {
    present?.abort();
    present = new AbortController();
    return action(AbortSignal.any([present.signal, signal]), ...rest);
  };
}
