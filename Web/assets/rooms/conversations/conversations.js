// Conversations: the list of calls, and one call as a page.

import { openList } from "./list.js";
import { openRecord } from "./record.js";

/** @param {{parts: string[], query: URLSearchParams}} place @param {AbortSignal} signal Aborts when the reader leaves. */
export const open = (place, signal) => (place.parts.length ? openRecord(place.parts[0], place.query, signal) : openList(place.query, signal));
