// One MCP server: its tools as it lists them now, its settings, and who uses it.

import { get, patch, problemText, remove } from "../../core/api.js";
import { h, svg } from "../../core/dom.js";
import { icons } from "../../core/icons.js";
import { address, go } from "../../core/router.js";
import { confirmAction } from "../../components/dialog.js";
import { page, pending, section } from "../../components/page.js";
import { askBeforeLeaving, saveBar } from "../../components/save-bar.js";
import { tabs } from "../../components/tabs.js";
import { attempt, said } from "../../components/toast.js";
import { equal } from "../../core/paths.js";
import { binder } from "../../components/binder.js";
import { choices } from "../../core/workspace.js";
import { agentList, lossText } from "../../components/used-by.js";
import { toolsView } from "./listed.js";
import { pathOf, urlText } from "./mcp.js";
import { settingsSections } from "./settings.js";
import { patchOf, transports } from "./words.js";

export async function openServer(id, place, signal) {
  const server = await get(pathOf(id), {}, { signal });
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
  let isDirty = () => false;
  const draw = () => {
    const saved = server.config;
    const config = structuredClone(saved);
    isDirty = () => !equal(config, server.config);
    const failure = h("div.notice.alarm", { role: "alert", hidden: true });
    const bar = saveBar({ save: send, discard: draw });
    const update = () => bar.update({ text: isDirty() ? "Not saved yet." : "", isIdle: !isDirty() });
    const form = binder(config, update);
    async function send() {
      try {
        Object.assign(server, await patch(pathOf(server.id), patchOf(saved, config)));
        said("Saved. Calls that begin from now on use it so.");
        draw();
      } catch (error) {
        if (!error.problems?.length) throw error;
        const rest = form.show(error.problems);
        failure.replaceChildren(...rest.map((problem) => h("p", problemText(problem))));
        failure.hidden = rest.length === 0;
      }
    }
    place.replaceChildren(h("div.stack", failure, settingsSections(form, known), bar));
    update();
  };
  askBeforeLeaving(() => isDirty(), signal);
  draw();
  return place;
}
