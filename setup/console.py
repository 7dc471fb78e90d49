"""What the set-up says: steps, progress and failures."""

import sys
import time

QUIET_INTERVAL = 5.0  # seconds between progress lines when the output is no terminal
TERMINAL_INTERVAL = 0.2  # seconds between redraws on a terminal


class SetupError(Exception):
    """A step that failed: `cause` says why, `remedy` what to do about it."""

    def __init__(self, cause, remedy):
        super().__init__(cause)
        self.cause = cause
        self.remedy = remedy


def size_text(count):
    """A number of bytes as people write it (decimal units, as disks and networks use)."""
    value = float(count)
    for unit in ("B", "kB", "MB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if unit != "MB" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.2f} GB"


def time_text(seconds):
    seconds = max(0, round(seconds))
    return f"{seconds} s" if seconds < 60 else f"{seconds // 60} min {seconds % 60:02d} s"


def say(text):
    print(text, file=sys.stderr, flush=True)


def step(title):
    say(f"==> {title}")


def note(text):
    say(f"    {text}")


class Progress:
    """One line of progress over a whole step, with the time left.

    `total` and the counts are bytes unless `unit` names something else; a total of None
    means that the size is not known. Use as a context manager.
    """

    def __init__(self, total, unit=None):
        self.total = total
        self.unit = unit
        self.done = 0
        self.label = ""
        self._live = sys.stderr.isatty()
        self._started = time.monotonic()
        self._already = 0  # done before this run (resumed): not part of the rate
        self._drawn = self._started if not self._live else 0.0
        self._width = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._clear()

    def resume(self, count):
        """Counts what an earlier run had already done."""
        self._already += count
        self.done += count

    def advance(self, count):
        self.set(self.done + count)

    def rewind(self, count):
        """Takes back what turned out to be unusable."""
        self.done = max(0, self.done - count)
        self._already = min(self._already, self.done)

    def set(self, done, label=None):
        self.done = done
        if label is not None:
            self.label = label
        now = time.monotonic()
        if now - self._drawn >= (TERMINAL_INTERVAL if self._live else QUIET_INTERVAL):
            self._drawn = now
            self._draw(now)

    def note(self, text):
        self._clear()
        note(text)

    def _draw(self, now):
        amount = size_text if self.unit is None else str
        text = amount(self.done)
        if self.total and self.unit != "%":
            text = f"{100 * self.done // self.total:3d} %  {text} of {amount(self.total)}"
        if self.unit:
            text += f" {self.unit}"
        elapsed, moved = now - self._started, self.done - self._already
        if elapsed > 0 and moved > 0:
            if self.unit is None:
                text += f", {size_text(moved / elapsed)}/s"
            if self.total:
                left = (self.total - self.done) * elapsed / moved
                text += f", {time_text(left)} left"
        if self.label:
            text += f"  {self.label}"
        if self._live:
            text = "    " + text[:110]
            sys.stderr.write("\r" + text.ljust(self._width))
            sys.stderr.flush()
            self._width = len(text)
        else:
            note(text)

    def _clear(self):
        if self._live and self._width:
            sys.stderr.write("\r" + " " * self._width + "\r")
            sys.stderr.flush()
            self._width = 0
