// What the tools of the system are told: where to hand a call over to, how long to wait.

import { h } from "../../core/dom.js";
import { setAt } from "../../core/members.js";
import { select } from "../../components/field.js";
import { systemTools } from "../../core/tool-choices.js";
import { at } from "../../core/paths.js";
import { section } from "../../components/page.js";
import { cell, rowFlag, rowList, rowText, showRowProblem } from "../../components/rows.js";

const PARAMS = ["params"];

/** The section of a system tool. `agents` are `{agent_id, name}`. */
export function systemSection(form, { agents }) {
  const place = h("div.stack");
  const show = (type) => place.replaceChildren(h("p.help", systemTools[type]?.[1] ?? ""), ...(details[type]?.(form, agents) ?? []));
  const choice = form.choice(
    [...PARAMS, "system_tool_type"],
    { label: "What it does in the call", standard: "end_call", options: Object.entries(systemTools).map(([type, [title]]) => [type, title]) },
    {
      write(type) {
        // The other members belong to the former type.
        form.config.params = {};
        return type;
      },
      then: show,
    },
  );
  show(at(form.config, [...PARAMS, "system_tool_type"]));
  return section("System tool", choice, place);
}

const details = {
  skip_turn: (form) => [
    form.number([...PARAMS, "wait_timeout_secs"], { label: "How long the agent waits, in seconds", optional: true, help: "Empty: as long as after any silence. -1: until the caller speaks." }, { min: -1, max: 86_400 }),
  ],
  language_detection: (form) => [form.flag([...PARAMS, "only_at_conversation_start"], { label: "Only at the beginning", help: "The first change has to come within the caller's first two turns." })],
  transfer_to_agent: (form, agents) => [transferList(form, {
    addText: "Add agent", blank: () => ({ agent_id: "", condition: "" }),
    cells: (row, changed) => [
      [
        cell("Agent", agentChoice(row, agents, changed)),
        cell("When", rowText(row, "condition", changed, { placeholder: "The caller asks about an invoice", spellcheck: "true" }), "wide"),
      ],
      h(
        "div.rows-row",
        cell("What this agent says before", rowText(row, "transfer_message", changed, { spellcheck: "true", placeholder: "Nothing" }), "wide"),
        h("div.rows-checks", rowFlag(row, "enable_transferred_agent_first_message", "The other one greets", changed), rowFlag(row, "preserve_voice_settings", "Keep the voice", changed)),
      ),
    ],
  })],
  transfer_to_number: (form) => [
    transferList(form, {
      addText: "Add number", blank: () => ({ transfer_destination: { type: "phone", phone_number: "" }, condition: "", transfer_type: "conference" }),
      cells: (row, changed) => [[
        cell("Number", numberInput(row, changed)),
        cell("When", rowText(row, "condition", changed, { placeholder: "The caller asks for a person", spellcheck: "true" }), "wide"),
        cell("How", typeChoice(row, changed), "narrow"),
      ]],
    }),
    form.flag([...PARAMS, "enable_client_message"], { label: "Tell the caller first", help: "The agent says a sentence before it hands the call over." }),
  ],
  play_keypad_touch_tone: (form) => [form.flag([...PARAMS, "suppress_turn_after_dtmf"], { label: "Say nothing after it" })],
  voicemail_detection: (form) => [
    form.area([...PARAMS, "voicemail_message"], { label: "Message for the machine", optional: true, help: "Without one, the call ends at once. {{variables}} are filled in." }, { rows: 3, read: (text) => text || null }),
  ],
};

/** Transfers keep their members that no field is for. */
function transferList(form, { addText, blank, cells }) {
  const path = [...PARAMS, "transfers"];
  const rows = structuredClone(at(form.config, path) ?? []);
  const changed = () => (setAt(form.config, path, structuredClone(rows)), form.changed());
  const list = rowList(rows, { title: "Transfers", addText, blank, changed, none: "There is nobody to hand the call to yet.", cells: (row) => cells(row, changed) });
  form.place(list, () => rows.map((row, index) => [[...path, String(index)], (text) => showRowProblem(row, text)]));
  return list;
}

function agentChoice(row, agents, changed) {
  const control = select([["", "Choose an agent"], ...agents.map(({ agent_id: id, name }) => [id, name || id])], { value: row.agent_id ?? "", onchange: () => ((row.agent_id = control.value), changed()) });
  return control;
}

function numberInput(row, changed) {
  const target = { number: row.transfer_destination?.sip_uri ?? row.transfer_destination?.phone_number ?? row.phone_number ?? "" };
  return rowText(target, "number", () => {
    const isURI = /^sips?:/.test(target.number);
    delete row.phone_number;
    row.transfer_destination = isURI ? { type: "sip_uri", sip_uri: target.number } : { type: "phone", phone_number: target.number };
    changed();
  }, { placeholder: "+43 1 234567", inputmode: "tel" });
}

function typeChoice(row, changed) {
  const control = select([["conference", "Together"], ["blind", "At once"], ["sip_refer", "By SIP REFER"]], { value: row.transfer_type ?? "conference", onchange: () => ((row.transfer_type = control.value), changed()) });
  return control;
}
