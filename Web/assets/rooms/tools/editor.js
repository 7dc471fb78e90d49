// One tool: its forms, its JSON and who uses it.

import { get, pages, patch, post, problemText, problemsWithin, remove } from "../../core/api.js";
import { h, svg } from "../../core/dom.js";
import { icons } from "../../core/icons.js";
import { address, go } from "../../core/router.js";
import { confirmAction, openDialog } from "../../components/dialog.js";
import { badge, page } from "../../components/page.js";
import { askBeforeLeaving, saveBar, saveByKey } from "../../components/save-bar.js";
import { tabs } from "../../components/tabs.js";
import { attempt, said } from "../../components/toast.js";
import { equal } from "../../core/paths.js";
import { lossText } from "../../components/used-by.js";
import { blank, typeNames } from "./config.js";
import { toolForm } from "./form.js";
import { jsonView } from "./json-view.js";
import { choices } from "../../core/workspace.js";
import { useView } from "./use.js";

const PATH = "/v1/convai/tools";

/** Unsaved changes by tool, kept while the page is open; not beyond, since they may have secrets in them. */
const drafts = new Map();

export async function openEditor(id, place, signal) {
  const isNew = id === "new";
  const [tool, known] = await Promise.all([isNew ? null : get(`${PATH}/${encodeURIComponent(id)}`, {}, { signal }), choices(signal)]);
  const first = isNew ? blank(typeNames[place.query.get("type")] ? place.query.get("type") : "webhook") : tool.tool_config;
  /** `saved` is what the server had when the changes were begun. */
  const work = drafts.get(id) ?? { config: structuredClone(first), saved: first };
  const isDirty = () => !equal(work.config, work.saved);

  const notices = h("div.stack.tools-notices", { role: "status" });
  const bar = saveBar({ save, discard, action: isNew ? "Create tool" : "Save" });
  const forms = h("div");
  const json = jsonView({
    value: work.config,
    onchange(config) {
      work.config = config;
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
    if (from !== "json") json.show(work.config);
    showState();
  }

  function rebuild() {
    const chooseType = (type) => {
      start(blank(type, work.config));
      forms.querySelector("[name=type]:checked").focus();
    };
    forms.replaceChildren(toolForm(work.config, { known, changed, chooseType: isNew ? chooseType : null }));
  }

  function start(config, saved = work.saved) {
    Object.assign(work, { config, saved });
    notices.replaceChildren();
    rebuild();
    changed();
  }

  function discard() {
    start(structuredClone(work.saved));
  }

  async function save() {
    json.settle();
    if (json.isWrong) return tell(["The JSON cannot be read. Correct it at the marked place, or discard the changes."]);
    const form = forms.firstChild;
    const mistaken = form.isConnected ? form.mistakes() : 0;
    if (mistaken) return tell([`${mistaken === 1 ? "One parameter needs" : `${mistaken} parameters need`} your attention; see the marked places.`], true);
    if (!isNew && !(await isOurs())) return;
    try {
      const answer = isNew ? await post(PATH, { tool_config: work.config }) : await patch(`${PATH}/${encodeURIComponent(id)}`, { tool_config: work.config });
      drafts.delete(id);
      if (isNew) {
        said(`${answer.tool_config.name} is there. Choose it in an agent, so that the agent can use it.`);
        work.saved = work.config;
        return go("tools", answer.id);
      }
      start(structuredClone(answer.tool_config), answer.tool_config);
      warn(answer);
      said("Saved. Calls that begin from now on use it so.");
    } catch (error) {
      if (!error.problems?.length) throw error;
      const problems = problemsWithin("tool_config", error.problems);
      const rest = form.isConnected ? form.show(problems) : problems;
      json.mark(problems);
      const marked = problems.length - rest.length;
      tell([
        ...(marked ? [`${marked === 1 ? "One field needs" : `${marked} fields need`} your attention; see the marked places.`] : []),
        ...rest.map(problemText),
      ], marked > 0);
    }
    return undefined;
  }

  /** Whether nobody else has changed the tool meanwhile, or the reader wants to go over that. */
  async function isOurs() {
    const now = await get(`${PATH}/${encodeURIComponent(id)}`);
    if (equal(now.tool_config, work.saved)) return true;
    const decision = await openDialog("Somebody else has changed this tool", (close) => [
      h("p", "It was saved from another place after you had opened it. Nothing is lost yet: choose which version stays."),
      h(
        "div.actions",
        h("button.button", { onclick: () => close("neither") }, "Go on editing"),
        h("button.button", { onclick: () => close("theirs") }, "Take the other version"),
        h("button.button.danger", { onclick: () => close("mine") }, "Save mine over it"),
      ),
    ]);
    if (decision === "theirs") start(structuredClone(now.tool_config), now.tool_config);
    return decision === "mine";
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
    const users = await attempt(button, () => pages(`${PATH}/${encodeURIComponent(id)}/dependent-agents`, "agents"));
    if (!users) return;
    if (!(await confirmAction("Delete this tool?", `${lossText(users, "it")} The records of earlier calls keep what it did.`, "Delete tool"))) return;
    await attempt(button, async () => {
      await remove(`${PATH}/${encodeURIComponent(id)}`, users.length ? { force: true } : {});
      drafts.delete(id);
      work.saved = work.config;
      go("tools");
    });
  }

  rebuild();
  showState();
  if (tool) warn(tool);
  if (drafts.has(id)) notices.append(h("div.notice", "Your unsaved changes were kept."));
  askBeforeLeaving(isDirty, signal);
  saveByKey(bar, signal);

  return page(
    isNew ? "New tool" : work.config.name,
    {
      back: { href: address("tools"), label: "All tools" },
      lead: isNew ? "Fill in what it is; everything else has a sensible default." : h("span.breaks", badge(typeNames[first.type] ?? first.type), " ", h("span.mono", id)),
      actions: isNew ? [] : [h("button.button.danger", { onclick: askForDeletion }, svg(icons.remove), "Delete")],
    },
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
