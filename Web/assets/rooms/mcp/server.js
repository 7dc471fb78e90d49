// One MCP server: its tools as it lists them now, its settings, and who uses it.

import { remove, versioned } from "../../core/api.js";
import { saveVersion } from "../../core/changes.js";
import { h, svg } from "../../core/dom.js";
import { icons } from "../../core/icons.js";
import { address, go } from "../../core/router.js";
import { askWhichStay, savedText } from "../../components/conflicts.js";
import { confirmAction } from "../../components/dialog.js";
import { problemNotice } from "../../components/form-dialog.js";
import { failure, page, pending, section } from "../../components/page.js";
import { askBeforeLeaving, saveBar } from "../../components/save-bar.js";
import { tabs } from "../../components/tabs.js";
import { attempt, said } from "../../components/toast.js";
import { equal } from "../../core/paths.js";
import { binder } from "../../components/binder.js";
import { choices, missingText } from "../../core/workspace.js";
import { agentList, lossText } from "../../components/used-by.js";
import { toolsView } from "./listed.js";
import { pathOf, urlText } from "./mcp.js";
import { settingsSections } from "./settings.js";
import { patchOf, transports } from "./words.js";

export async function openServer(id, place, signal) {
  const { value, version } = await versioned("GET", pathOf(id), { signal });
  const server = { ...value, version };
  const { config } = server;
  const transport = transports.find(([name]) => name === config.transport)?.[1] ?? config.transport;

  async function askForDeletion({ currentTarget: button }) {
    if (!(await confirmAction("Delete this server?", `${lossText(server.dependent_agents, "its tools")} Approvals and overrides of its tools are lost.`, "Delete server"))) return;
    await attempt(button, async () => {
      await remove(pathOf(id));
      go("mcp");
    });
  }

  return page(
    config.name,
    {
      back: { href: address("mcp"), label: "All MCP servers" },
      lead: h("span.breaks", h("span.mono", urlText(config.url)), ` · ${transport}`),
      actions: [h("button.button.danger", { onclick: askForDeletion }, svg(icons.remove), "Delete")],
    },
    tabs(
      [
        { id: "tools", title: "Tools", open: () => toolsView(server, signal) },
        { id: "settings", title: "Settings", open: () => pending(async () => settingsView(server, await choices(signal), signal)) },
        { id: "use", title: "Use", open: () => section("Agents that use it", agentList(server.dependent_agents)) },
      ],
      { selected: place.query.get("tab"), label: "Views of the server" },
    ),
  );
}

/** The settings that can be changed; `server` takes in what the server has after each change. */
function settingsView(server, known, signal) {
  const place = h("div");
  const isDirty = () => !equal(work.current, work.base);
  const problems = problemNotice();
  const bar = saveBar({ save: send, discard: () => take({ base: work.base, current: work.base }) });
  const update = () => bar.update({ text: isDirty() ? "Not saved yet." : "", isIdle: !isDirty() });
  /** As in the editor of tools. */
  const work = { version: server.version };
  let form;

  function take(merged) {
    Object.assign(work, { base: merged.base, current: structuredClone(merged.current) });
    form = binder(work.current, update);
    problems.say([]);
    const missing = known.missing.length ? failure({ message: missingText(known.missing) }, again) : null;
    place.replaceChildren(h("div.stack", missing, problems, settingsSections(form, known), bar));
    update();
  }

  async function again() {
    Object.assign(known, await choices(signal));
    take(work);
  }

  async function send() {
    try {
      const outcome = await saveVersion({
        path: pathOf(server.id), work, take,
        body: () => patchOf(work.base, work.current),
        read: ({ config }) => config,
        ask: askWhichStay,
      });
      if (!outcome) return;
      Object.assign(server, outcome.value ?? { config: work.base }, { version: work.version });
      take({ base: server.config, current: server.config });
      said(savedText(outcome.others, "Saved. Calls that begin from now on use it so."));
    } catch (error) {
      if (!error.problems?.length) throw error;
      problems.say(form.show(error.problems));
    }
  }

  askBeforeLeaving(isDirty, signal);
  take({ base: server.config, current: server.config });
  return place;
}
