// The page of one agent: its settings in tabs, with unsaved changes that survive a reload and other people's saves.

import { post, versioned } from "../../core/api.js";
import { patchOf, saveVersion } from "../../core/changes.js";
import { h, svg } from "../../core/dom.js";
import { icons } from "../../core/icons.js";
import { address, go, note } from "../../core/router.js";
import { confirmAction } from "../../components/dialog.js";
import { empty, page } from "../../components/page.js";
import { tabs } from "../../components/tabs.js";
import { said } from "../../components/toast.js";
import { askWhichStay, savedText } from "../../components/conflicts.js";
import { Draft, choose, documentOf, forget, keep, kept } from "./draft.js";
import { readJSON } from "../../core/json-text.js";
import { agentBar, markTabs, nameOf, names, tabOf, warningsView } from "./frame.js";
import { lists } from "./lists.js";
import { beginsWith, overlap } from "../../core/paths.js";
import { tabEntries } from "./tabs.js";
import { readWarning } from "./words.js";

/** Milliseconds after a change at which it is kept in the browser. */
const KEEP_AFTER = 300;

export async function openEditor(id, place, signal) {
  const path = `/v1/convai/agents/${encodeURIComponent(id)}`;
  let agent;
  try {
    agent = await versioned("GET", path, { signal });
  } catch (error) {
    if (error.status !== 404) throw error;
    return page("Agents", { back }, empty("There is no such agent", "It may have been deleted.", h("a.button", { href: address("agents") }, "All agents")));
  }
  const editor = new Editor(agent, path, signal);
  if (choose(editor.draft, place.query)) said("It is chosen in this agent. Save, so that calls that begin from then on have it.");
  note({ tool: null, mcp: null });
  return editor.view(place.query.get("tab"));
}

const back = { href: address("agents"), label: "All agents" };

/** What the tabs work with. They read values from `draft`, change them with `set`, and follow them with `onRefresh`. */
class Editor {
  #refreshers = new Set();
  #frame = 0;
  #timer;
  #conflicts = 0;
  isSaving = false;

  constructor({ value: agent, version }, path, signal) {
    this.id = agent.agent_id;
    this.path = path;
    this.signal = signal;
    this.list = lists(signal);
    /** What the server refused at the last save. @type {{path: string[], message: string}[]} */
    this.problems = [];
    /** A JSON text with a mistake, which the draft does not have. @type {{text: string, line: number, message: string} | null} */
    this.text = null;
    /** Why the last save did not come about. */
    this.failure = "";
    this.draft = new Draft(documentOf(agent), version);
    this.#hear(agent);
    const stored = kept(sessionStorage, this.id);
    if (stored) this.#restore(stored);
    this.draft.onChange(() => this.refresh());
  }

  #hear(agent) {
    this.warnings = (agent.metadata?.warnings ?? []).map(readWarning);
  }

  #restore({ changes, text }) {
    this.#conflicts = this.draft.lay(changes, this.draft.base).length;
    if (this.#conflicts) this.draft.version = null;
    if (text !== null) this.text = { text, ...(readJSON(text).error ?? { line: 1, message: "This text was not taken over yet." }) };
    if (!this.isChanged) return forget(sessionStorage, this.id);
    said(this.#conflicts ? "Your unsaved changes are back. Somebody else has changed the same settings; you are asked when you save." : "Your unsaved changes are back.");
  }

  get isChanged() {
    return this.text !== null || this.draft.changes.length > 0;
  }

  set(path, value) {
    this.failure = "";
    this.problems = this.problems.filter((problem) => !overlap(problem.path, path));
    this.draft.set(path, value);
  }

  change(changes) {
    this.failure = "";
    this.problems = this.problems.filter((problem) => !changes.some(({ path }) => overlap(problem.path, path)));
    this.draft.apply(changes);
  }

  problemAt(path) {
    return this.problems.filter((problem) => beginsWith(problem.path, path)).map(({ message }) => message).join("\n");
  }

  onRefresh(action) {
    action();
    this.#refreshers.add(action);
  }

  /** Brings the page up to date, once a frame at most. */
  refresh() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      for (const action of this.#refreshers) action();
    });
    this.#timer ??= setTimeout(() => this.#keep(), KEEP_AFTER);
  }

  #keep() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.isKept = keep(sessionStorage, this.id, this.draft, this.text?.text ?? null);
  }

  // MARK: The page

  view(selected) {
    const entries = tabEntries(this);
    this.settings = tabs(entries, { selected, label: "Settings" });
    this.tabs = new Map([...this.settings.querySelectorAll("[role=tab]")].map((button, index) => [entries[index].id, button]));
    const talk = h("a.button.primary", { href: address("talk", { agent_id: this.id }) }, svg(icons.talk), "Talk to it");
    const name = () => this.draft.get(["name"]) || "Agent";
    const view = page(name(), { back, lead: h("code.agents-id", this.id), actions: [talk] }, warningsView(this), this.settings, agentBar(this, { save: () => this.save(), discard: () => this.#discard() }));
    const title = view.querySelector("h1");
    this.onRefresh(() => (title.textContent = name()));
    markTabs(this);
    this.#listen();
    return view;
  }

  #listen() {
    const { signal } = this;
    addEventListener("pagehide", () => this.#keep(), { signal });
    document.addEventListener("visibilitychange", () => (document.hidden ? this.#keep() : this.#look()), { signal });
    for (const button of this.tabs.values()) button.addEventListener("click", () => this.refresh());
    signal.addEventListener("abort", () => {
      this.readText?.();
      this.#keep();
      if (this.isChanged) said(`${this.draft.get(["name"])}: your changes are not saved yet. They wait for you here until you close this browser tab.`);
    });
  }

  #show(tab) {
    this.tabs.get(tab).click();
  }

  // MARK: Saving

  async #discard() {
    const changes = this.draft.changes.length;
    const text = this.text ? "The text in the JSON tab goes back to what was saved." : `What you changed in ${names(this.draft.changes)} goes back to what was saved.`;
    if (!(await confirmAction(changes > 1 ? "Discard all changes?" : "Discard the change?", text, "Discard"))) return;
    this.text = null;
    this.failure = "";
    this.problems = [];
    this.draft.discard();
  }

  async save() {
    this.readText?.();
    if (this.isSaving) return;
    if (this.text) {
      this.#show("json");
      this.goToLine(this.text.line);
      this.failure = `Not saved. The JSON has a mistake in line ${this.text.line}. ${this.text.message}`;
      return this.refresh();
    }
    if (!this.isChanged) return said("There is nothing to save.");
    this.isSaving = true;
    this.failure = "";
    this.refresh();
    try {
      await this.#send();
    } catch (error) {
      if (error.status === 404) await this.#createAnew();
      else this.#refused(error);
    } finally {
      this.isSaving = false;
      this.refresh();
    }
  }

  async #send() {
    const { draft } = this;
    let sent;
    const outcome = await saveVersion({
      path: this.path, work: draft,
      body: () => patchOf(((sent = draft.current), draft.changes)),
      read: documentOf,
      take: (merged) => draft.take(merged),
      ask: (conflicts, others) => askWhichStay(conflicts, others, nameOf),
    });
    if (!outcome) return;
    const { value: answer, others } = outcome;
    if (answer) {
      draft.saved(documentOf(answer), sent);
      this.#hear(answer);
    }
    this.problems = [];
    this.#conflicts = 0;
    if (!answer) return said("There was nothing left to save.");
    said(savedText(others, "Saved.", nameOf));
  }

  #refused(error) {
    this.problems = error.problems ?? [];
    this.failure = `Not saved. ${this.problems.length ? `The server refused ${names(this.problems)}.` : error.message}`;
    if (this.problems.length === 0) return;
    this.#show(tabOf(this.problems[0].path));
    this.refresh();
    requestAnimationFrame(() => {
      const problem = this.settings.querySelector(".problem:not([hidden], :empty)");
      // In the JSON it is a link to its line.
      problem?.querySelector("button")?.click();
      problem?.parentElement.querySelector("input, select, textarea")?.focus();
    });
  }

  async #createAnew() {
    const text = "Somebody has deleted this agent. Your version of it can be made a new agent.";
    if (!(await confirmAction("This agent is gone", text, "Make a new agent", { danger: false }))) return;
    try {
      const { agent_id: id } = await post("/v1/convai/agents/create", this.draft.current);
      this.draft.base = this.draft.current;
      forget(sessionStorage, this.id);
      go("agents", id);
    } catch (error) {
      this.#refused(error);
    }
  }

  /** Takes in what others have saved while this page was not looked at. */
  async #look() {
    if (this.isSaving) return;
    try {
      const { value: agent, version } = await versioned("GET", this.path, { signal: this.signal });
      if (this.isSaving) return;
      const { others, conflicts } = this.draft.merge(documentOf(agent));
      this.draft.version = conflicts.length ? null : version;
      this.#hear(agent);
      if (others.length) said(`Somebody else has changed ${names(others)}; it is shown here now.`);
      if (conflicts.length > this.#conflicts) said(`Somebody else has changed ${names(conflicts)} too. You are asked when you save.`);
      this.#conflicts = conflicts.length;
    } catch {
      // The next save says what is wrong.
    }
  }
}
