// What differs for one tool of a server.

import { get, patch, post, remove } from "../../core/api.js";
import { h } from "../../core/dom.js";
import { confirmAction } from "../../components/dialog.js";
import { formDialog } from "../../components/form-dialog.js";
import { assignmentList } from "../../components/row-lists.js";
import { attempt } from "../../components/toast.js";
import { binder } from "../../components/binder.js";
import { readOnlyField } from "../../components/call-fields.js";
import { behaviour } from "../../core/tool-choices.js";
import { cell, rowChoice, rowList, rowText } from "../../components/rows.js";
import { pathOf } from "./mcp.js";
import { argumentRows, argumentSources, overridesOf } from "./words.js";

const AS_SERVER = ["", "As for the server"];
const texts = { read: (value) => value ?? "", write: (text) => text || null };

/**
 * Asks what differs for `tool`, and stores it; `server` takes it in. Resolves with whether anything was stored.
 */
export async function overrideDialog(server, tool, override) {
  const path = `${pathOf(server.id)}/tool-configs`;
  const own = `${path}/${encodeURIComponent(tool.name)}`;
  const config = structuredClone(override ?? { tool_name: tool.name });
  const form = binder(config, () => {});
  const choice = (name, more = []) => form.choice([name], { ...behaviour[name], standard: "", options: [AS_SERVER, ...more, ...behaviour[name].options.filter(([value]) => value !== "")] }, texts);
  const fields = {
    execution_mode: choice("execution_mode"),
    pre_tool_speech: choice("pre_tool_speech"),
    tool_call_sound: choice("tool_call_sound", [["off", "None"]]),
    interruption_mode: choice("interruption_mode"),
    response_timeout_secs: form.number(["response_timeout_secs"], { label: "Longest wait, in seconds", help: "5 to 300. Empty: as for the server." }, { min: 5, max: 300, step: 1 }),
    read_only: readOnlyField(form),
  };
  let isRemoved = false;
  const rows = argumentRows(tool.inputSchema, config.input_overrides);

  const isChanged = await formDialog(`Own settings of ${tool.name}`, {
    fields,
    content: [
      h("div.fields", Object.values(fields)),
      rows.length ? [h("h3", "Arguments"), argumentList(rows)] : null,
      h("h3", "Values that are kept"),
      assignmentList(form, ["assignments"]),
      override ? h("div.row", removal(own, () => (isRemoved = true))) : null,
    ],
    async submit() {
      const body = { ...config, response_timeout_secs: config.response_timeout_secs ?? null, input_overrides: overridesOf(rows, override?.input_overrides) };
      Object.assign(server, override ? await patch(own, body) : await post(path, body));
    },
  });
  if (isRemoved) Object.assign(server, await get(pathOf(server.id)));
  return isRemoved || isChanged !== undefined;
}

/** Takes all own settings away, and closes the dialog. */
function removal(own, done) {
  const button = h("button.button.danger", {
    async onclick() {
      const dialog = button.closest("dialog");
      if (!(await confirmAction("Remove its own settings?", "The tool is used as is set for the server.", "Remove"))) return;
      await attempt(button, async () => {
        await remove(own);
        done();
        dialog.close();
      });
    },
  }, "Remove its own settings");
  return button;
}

function argumentList(rows) {
  return rowList(rows, {
    title: "Arguments", blank: null, changed: () => {},
    cells: (row, again) => [[
      cell("Argument", h("span.rows-fixed.mono", row.path)),
      cell("Value", rowChoice(row, "source", argumentSources, () => ((row.text = ""), again()))),
      ["", "omit"].includes(row.source) ? h("div.rows-cell.wide") : cell({ llm: "Description", constant: "Fixed value", dynamic_variable: "Variable" }[row.source], rowText(row, "text", () => {}), "wide"),
    ]],
  });
}
