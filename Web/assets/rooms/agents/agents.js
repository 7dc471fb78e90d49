// The room of the agents: all of them, or one that is being edited.

import { openEditor } from "./editor.js";
import { openList } from "./list.js";

export async function open(place, signal) {
  const [id] = place.parts;
  return id && id !== "new" ? openEditor(id, place, signal) : openList(place, signal);
}
