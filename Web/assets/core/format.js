// Numbers, times and lengths as people read them.

const number = new Intl.NumberFormat();
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });

export const count = (value) => number.format(value);

/** `1 call`, `12 calls`. */
export const counted = (value, one, many = `${one}s`) => `${count(value)} ${value === 1 ? one : many}`;

/** Unix seconds as a date with its time of day; today's have the time alone. */
export function when(seconds, now = Date.now()) {
  if (!seconds) return "—";
  const date = new Date(seconds * 1000);
  return date.toDateString() === new Date(now).toDateString() ? clock.format(date) : moment.format(date);
}

/** Seconds as `0:42` or `1:02:03`. */
export function duration(seconds) {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return "—";
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const tail = String(rest).padStart(2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${tail}` : `${minutes}:${tail}`;
}

/** Milliseconds as `480 ms` or `1.25 s`. */
export function milliseconds(value) {
  if (value === null || value === undefined || !Number.isFinite(value)) return "—";
  return Math.abs(value) < 1000 ? `${Math.round(value)} ms` : `${(value / 1000).toFixed(Math.abs(value) < 10_000 ? 2 : 1)} s`;
}

/** Bytes as `12 KB`, `1.4 GB`. */
export function bytes(value) {
  if (value === null || value === undefined || !Number.isFinite(value)) return "—";
  const units = ["B", "KB", "MB", "GB", "TB"];
  const power = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(value) / 3));
  const scaled = value / 1000 ** power;
  return `${power === 0 || scaled >= 100 ? Math.round(scaled) : scaled.toFixed(1)} ${units[power]}`;
}

/** The value below which `share` of the sorted values lie, by nearest rank; null without values. */
export function percentile(values, share) {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))];
}

/** A language's name: `en` is English. A code that nobody knows stays as it is. */
export function languageName(code, locale = []) {
  try {
    return new Intl.DisplayNames(locale, { type: "language" }).of(code);
  } catch {
    return code;
  }
}

/** JSON text with line breaks; what is no JSON stays as it is. */
export function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text ?? "";
  }
}

/** `a`, `a and b`, `a, b and c`; beyond `most` the number of the others. */
export function listed(words, most = Infinity) {
  const shown = words.length > most ? [...words.slice(0, most - 1), `${words.length - most + 1} more`] : words;
  return shown.length < 2 ? (shown[0] ?? "") : `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`;
}

/** The name of a member that has no other: that of `["prompt", "max_tokens"]` is `Max tokens`. */
export function spelledOut(path) {
  const words = path.at(-1).replaceAll("_", " ").replace(/\bmcp\b/, "MCP").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A value as a person compares it with another one. */
export function shown(value) {
  if (value === undefined || value === null || value === "") return "(nothing)";
  if (typeof value === "boolean") return value ? "on" : "off";
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}
