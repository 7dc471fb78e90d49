// Keeps the screen on, where the browser can: a phone that goes to sleep takes the microphone away.

/** Until `signal` aborts. Browsers take the lock back when the page is hidden, so it is asked for again. */
export function keepAwake(signal) {
  let lock = null;
  const release = () => lock?.release().catch(() => {});
  const hold = async () => {
    try {
      if (!document.hidden) lock = await navigator.wakeLock?.request("screen");
    } catch {
      // Low on power: the screen may go dark.
    }
    if (signal.aborted) release();
  };
  document.addEventListener("visibilitychange", hold, { signal });
  signal.addEventListener("abort", release);
  hold();
}
