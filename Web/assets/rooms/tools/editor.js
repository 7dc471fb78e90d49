// One tool: its forms, its JSON and who uses it.

import { pages, post, problemText, problemsWithin, remove, versioned } from "../../core/api.js";
import { apply, difference, saveVersion } from "../../core/changes.js";
import { h, svg } from "../../core/dom.js";
import { icons } from "../../core/icons.js";
import { address, go } from "../../core/router.js";
import { askWhichStay, savedText } from "../../components/conflicts.js";
import { confirmAction } from "../../components/dialog.js";
import { badge, failure, page } from "../../components/page.js";
import { askBeforeLeaving, saveBar, saveByKey } from "../../components/save-bar.js";
import { tabs } from "../../components/tabs.js";
import { attempt, said } from "../../components/toast.js";
import { equal } from "../../core/paths.js";
import { lossText } from "../../components/used-by.js";
import { blank, typeNames } from "./config.js";
import { toolForm } from "./form.js";
import { jsonView } from "./json-view.js";
import { choices, missingText } from "../../core/workspace.js";
import { useView } from "./use.js";

const PATH = "/v1/convai/tools";

/** Unsaved changes by tool, kept while the page is open; not beyond, since they may have secrets in them. */
const drafts = new Map();

export async function openEditor(id, place, signal) {
  const isNew = id === "new";
  const path = `${PATH}/${encodeURIComponent(id)}`;
  /** The agent for which a new tool is made. */
  const agent = isNew ? place.query.get("agent") : null;
  const [{ value: tool, version }, known] = await Promise.all([isNew ? {} : versioned("GET", path, { signal }), choices(signal)]);
  const first = isNew ? blank(typeNames[place.query.get("type")] ? place.query.get("type") : "webhook") : tool.tool_config;
  /** `base`, of that `version`, is what the server had when the changes were begun; forms change `current` in place. */
  const work = drafts.get(id) ?? { current: structuredClone(first), base: first, version };
  const isDirty = () => !equal(work.current, work.base);

  const notices = h("div.stack.tools-notices", { role: "status" });
  const missing = h("div.tools-notices");
  const bar = saveBar({ save, discard, action: isNew ? "Create tool" : "Save" });
  const forms = h("div");
  const json = jsonView({
    value: work.current,
    onchange(config) {
      work.current = config;
      rebuild();
      changed("json");
    },
    onproblem: showState,
  });

  function showState() {
    const { isWrong } = json;
    bar.update({
      text: isWrong ? "The JSON cannot be read." : isDirty() ? "Not saved yet." : "",
      isProblem: isWrong,
      canSave: !isWrong,
      canDiscard: isDirty() || isWrong,
      isIdle: !isNew && !isDirty() && !isWrong,
    });
  }

  function changed(from) {
    if (isDirty()) drafts.set(id, work);
    else drafts.delete(id);
    if (from !== "json") json.show(work.current);
    showState();
  }

  function rebuild() {
    const chooseType = (type) => {
      start(blank(type, work.current));
      forms.querySelector("[name=type]:checked").focus();
    };
    forms.replaceChildren(toolForm(work.current, { known, changed, chooseType: isNew ? chooseType : null }));
  }

  function start(current, base = work.base) {
    Object.assign(work, { current: structuredClone(current), base });
    notices.replaceChildren();
    rebuild();
    changed();
  }

  function discard() {
    start(work.base);
  }

  async function save() {
    json.settle();
    if (json.isWrong) {
      tell(["The JSON cannot be read. Correct it at the marked place, or discard the changes."]);
      return json.goToMark();
    }
    const mistaken = forms.isConnected ? forms.firstChild.mistakes() : 0;
    if (mistaken) return tell([`${mistaken === 1 ? "One parameter needs" : `${mistaken} parameters need`} your attention; see the marked places.`], true);
    try {
      await (isNew ? create() : send());
    } catch (error) {
      if (!error.problems?.length) throw error;
      const problems = problemsWithin("tool_config", error.problems);
      const rest = forms.isConnected ? forms.firstChild.show(problems) : problems;
      json.mark(problems);
      const marked = problems.length - rest.length;
      tell([
        ...(marked ? [`${marked === 1 ? "One field needs" : `${marked} fields need`} your attention; see the marked places.`] : []),
        ...rest.map(problemText),
      ], marked > 0);
      json.goToMark();
    }
    return undefined;
  }

  async function create() {
    const answer = await post(PATH, { tool_config: work.current });
    drafts.delete(id);
    work.base = work.current;
    if (agent) return go("agents", agent, { tab: "tools", tool: answer.id });
    said(`${answer.tool_config.name} is there. Choose it in an agent, so that the agent can use it.`);
    return go("tools", answer.id);
  }

  async function send() {
    let sent;
    const outcome = await saveVersion({
      path, work,
      body: () => (isDirty() ? { tool_config: (sent = structuredClone(work.current)) } : null),
      read: (answer) => answer.tool_config,
      take: ({ base, current }) => start(current, base),
      ask: askWhichStay,
    });
    if (!outcome) return;
    if (outcome.value) {
      const { tool_config: saved } = outcome.value;
      // What was typed meanwhile stays, unsaved.
      start(apply(difference(sent, work.current), saved), saved);
      warn(outcome.value);
    }
    said(savedText(outcome.others, "Saved. Calls that begin from now on use it so."));
  }

  /** With `isMarked` the first field at fault has the focus, and stays in sight. */
  function tell(lines, isMarked = false) {
    notices.replaceChildren(h("div.notice.alarm", { role: "alert" }, lines.map((line) => h("p", line))));
    (isMarked ? document.activeElement : notices).scrollIntoView({ block: isMarked ? "center" : "nearest" });
  }

  function warn({ metadata }) {
    const warnings = metadata?.warnings ?? [];
    notices.replaceChildren(...(warnings.length ? [h("div.notice.caution", warnings.map((line) => h("p", line)))] : []));
  }

  async function askForDeletion({ currentTarget }) {
    const button = currentTarget;
    const users = await attempt(button, () => pages(`${path}/dependent-agents`, "agents"));
    if (!users) return;
    if (!(await confirmAction("Delete this tool?", `${lossText(users, "it")} The records of earlier calls keep what it did.`, "Delete tool"))) return;
    await attempt(button, async () => {
      await remove(path, users.length ? { force: true } : {});
      drafts.delete(id);
      work.base = work.current;
      go("tools");
    });
  }

  /** Says which lists the forms are without. */
  function showMissing() {
    const again = async () => {
      Object.assign(known, await choices(signal));
      rebuild();
      showMissing();
    };
    missing.replaceChildren(...(known.missing.length ? [failure({ message: missingText(known.missing) }, again)] : []));
  }

  rebuild();
  showState();
  showMissing();
  if (tool) warn(tool);
  if (drafts.has(id)) notices.append(h("div.notice", "Your unsaved changes were kept."));
  askBeforeLeaving(isDirty, signal);
  saveByKey(bar, signal);

  return page(
    isNew ? "New tool" : work.current.name,
    {
      back: agent ? { href: address("agents", agent, { tab: "tools" }), label: "Back to the agent" } : { href: address("tools"), label: "All tools" },
      lead: isNew ? "Fill in what it is; everything else has a sensible default." : h("span.breaks", badge(typeNames[first.type] ?? first.type), " ", h("span.mono", id)),
      actions: isNew ? [] : [h("button.button.danger", { onclick: askForDeletion }, svg(icons.remove), "Delete")],
    },
    missing,
    notices,
    tabs(
      [
        { id: "settings", title: "Settings", open: () => forms },
        { id: "json", title: "JSON", open: json.open },
        ...(isNew ? [] : [{ id: "use", title: "Use", open: () => useView(id, signal) }]),
      ],
      { selected: place.query.get("tab"), label: "Views of the tool" },
    ),
    bar,
  );
}
