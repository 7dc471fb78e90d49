// A tool as forms.

import { h } from "../../core/dom.js";
import { radios } from "../../components/field.js";
import { badge, section } from "../../components/page.js";
import { binder } from "../../components/binder.js";
import { callFields, readOnlyField } from "../../components/call-fields.js";
import { errorHandling } from "../../core/tool-choices.js";
import { assignmentList, memberList } from "../../components/row-lists.js";
import { typeHelp, typeNames } from "./config.js";
import { at } from "../../core/paths.js";
import { parameters, requestSections } from "./request.js";
import { showRowProblem } from "../../components/rows.js";
import { mistakes, schemaOf } from "./schema.js";
import { systemSection } from "./system.js";

/**
 * The forms of a tool's configuration, which they change in place. `known` has what can be chosen: `secrets`, `connections`, `agents`.
 * Of the result, `mistakes()` shows what is wrong by itself and gives how much that is; `show(problems)` shows what a server found, and gives the rest.
 *
 * @param {{known: object, changed: () => void, chooseType: ((type: string) => void) | null}} how `chooseType` is there for new tools.
 */
export function toolForm(config, { known, changed, chooseType }) {
  const form = binder(config, changed);
  const isWebhook = config.type === "webhook";
  const request = isWebhook ? requestSections(form, known) : null;
  const given = config.type === "client" ? clientSection(form) : null;
  const element = h(
    "div.stack.tools-form",
    identity(form, chooseType),
    request?.elements,
    given?.element,
    config.type === "system" ? systemSection(form, known) : null,
    inTheCall(form),
    section("Result", isWebhook || config.type === "client" ? h("p.help", "Values of the result can be kept as variables, for the prompt and for later tools.") : null, assignmentList(form, ["assignments"]), form.choice(["tool_error_handling_mode"], errorHandling)),
    config.type === "system" ? null : section("Values of variables", h("p.help", "What {{variables}} of this tool are when nothing else gives them a value."), memberList(form, ["dynamic_variables", "dynamic_variable_placeholders"], { title: "Placeholders", addText: "Add value" })),
  );
  element.show = form.show;
  element.mistakes = () => {
    const found = [...(request?.mistakes() ?? []), ...(given?.mistakes() ?? [])];
    form.show([]);
    for (const { row, message } of found) showRowProblem(row, message);
    if (found.length) element.querySelector(".rows-frame > .problem:not([hidden])")?.parentElement.querySelector("input, select, textarea")?.focus();
    return found.length;
  };
  return element;
}

function identity(form, chooseType) {
  const { type } = form.config;
  return section(
    "What it is",
    chooseType ? radios(Object.entries(typeNames).map(([name, title]) => [name, title, typeHelp[name]]), { legend: "Type", name: "type", value: type, onchange: chooseType }) : h("p.row", badge(typeNames[type] ?? type, "accent"), h("span.help", typeHelp[type])),
    form.text(["name"], { label: "Name", help: "The agent calls the tool by this name. Letters, digits, _ and -." }, { placeholder: "create_booking", maxlength: 64, autocapitalize: "off" }),
    form.area(["description"], { label: "Description", optional: type === "system", help: "When to use the tool, and what it does. The agent reads this to decide." }, { rows: 3 }),
  );
}

function clientSection(form) {
  const path = ["parameters"];
  const list = parameters(form, { path, title: "Parameters", none: "The tool is called without parameters.", write: (rows) => schemaOf(rows, at(form.config, path)) });
  return {
    element: section("Parameters", list, form.flag(["expects_response"], { label: "The agent waits for a result", help: "Otherwise the tool counts as done once it was called." })),
    mistakes: () => mistakes(list.rows),
  };
}

const waits = {
  webhook: { help: "5 to 300. Empty: 20.", min: 5, max: 300 },
  client: { help: "1 to 120; -1 for as long as the call lasts, when a result is awaited. Empty: 20.", min: -1, max: 120 },
};

function inTheCall(form) {
  const { type } = form.config;
  const isSystem = type === "system";
  const wait = waits[type] && { label: "Longest wait, in seconds", placeholder: "20", ...waits[type] };
  return section("In the call", callFields(form, { isSystem, wait }, isSystem ? null : readOnlyField(form)));
}
