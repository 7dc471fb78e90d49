// Environments, and the variables that have a value in each.

import { get, pages, patch, post } from "../../core/api.js";
import { h, svg } from "../../core/dom.js";
import { icons } from "../../core/icons.js";
import { field, select, textInput } from "../../components/field.js";
import { formDialog } from "../../components/form-dialog.js";
import { empty, pending } from "../../components/page.js";
import { actionColumn, table } from "../../components/table.js";
import { attempt, said } from "../../components/toast.js";
import { erase } from "../../components/used-by.js";
import { textOf, types, valuesOf } from "./values.js";

const VARIABLES = "/v1/convai/environment-variables";
const ENVIRONMENTS = "/v1/convai/environments";
const NAME = { pattern: "[A-Za-z0-9_\\-]{1,64}", title: "Letters, digits, _ and -, at most 64", spellcheck: "false" };

export function environments(signal) {
  const content = h("div.stack");
  const load = () => content.replaceChildren(pending(all));

  async function all() {
    const [{ environments: places }, variables, secrets, { auth_connections: connections }] = await Promise.all([
      get(ENVIRONMENTS, {}, { signal }),
      pages(VARIABLES, "environment_variables", {}, { signal }),
      pages("/v1/convai/secrets", "secrets", { dependency_limit: 0 }, { signal }),
      get("/v1/workspace/auth-connections", {}, { signal }),
    ]);
    const names = places.map(({ name }) => name);
    const choices = {
      secret: secrets.map(({ secret_id: id, name }) => [id, name]),
      auth_connection: connections.map(({ id, name }) => [id, name]),
    };
    return h("div.stack.settings-sections", environmentList(places), variableList(variables, names, choices));
  }

  // MARK: Environments

  const environmentList = (places) =>
    h(
      "section.stack",
      h("div", h("h2", "Environments"), h("p.quiet", "With another environment an agent can be tried with the test servers of its tools. A call names its environment; one that names none is in production.")),
      h(
        "ul.settings-environments",
        places.map(({ name }) =>
          h(
            "li.badge",
            name,
            name === "production" ? null : h("button.button.plain.icon", { aria: { label: `Delete the environment ${name}` }, onclick: ({ currentTarget }) => attempt(currentTarget, () => forget(name)) }, svg(icons.close)),
          ),
        ),
        h("li", h("button.button", { onclick: add }, svg(icons.add), "New environment")),
      ),
    );

  async function add() {
    const fields = { name: field({ label: "Name", help: "Such as staging. Letters, digits, _ and -." }, textInput({ ...NAME, required: true, autofocus: true })) };
    if (await formDialog("New environment", { fields, action: "Add environment", submit: () => post(ENVIRONMENTS, { name: fields.name.control.value.trim() }) })) load();
  }

  const forget = (name) =>
    erase({ kind: "environment", name, path: `${ENVIRONMENTS}/${encodeURIComponent(name)}`, text: `${name} is deleted, with the values that variables have in it. Calls that name it get those of production.` }, load);

  // MARK: Variables

  function variableList(variables, names, choices) {
    const create = () => edit(null, names, choices);
    const button = h("button.button.primary", { onclick: create }, svg(icons.add), "New variable");
    const heading = h("div.row", h("div.grow", h("h2", "Environment variables"), h("p.quiet", "Values that differ between environments, such as the address of a server or its key.")), variables.length ? button : null);
    if (variables.length === 0) {
      return h("section.stack", heading, empty("No variables yet", "Write {{system_env__LABEL}} in an address or a text, or choose the variable as the value of a header; each call fills in the value of its environment.", button));
    }
    const written = (type, value) => (type === "string" ? textOf(type, value) : (choices[type]?.find(([id]) => id === textOf(type, value))?.[1] ?? textOf(type, value)));
    const columns = [
      { title: "Label", cell: ({ label }) => h("code.settings-name", label) },
      { title: "Kind", cell: ({ type }) => types[type]?.title ?? type },
      ...names.map((name) => ({ title: name, cell: ({ type, values }) => (name in values ? h("span.settings-value", written(type, values[name])) : h("span.quiet", "as in production")) })),
      actionColumn(({ label }) => label, {
        change: (variable) => edit(variable, names, choices),
        erase: ({ label, id }) => erase({ kind: "variable", name: label, path: `${VARIABLES}/${id}`, text: `${label} is deleted in every environment.` }, load),
      }),
    ];
    return h("section.stack", heading, h("div.card.flush", table(columns, variables, { caption: "Environment variables" })));
  }

  async function edit(variable, names, choices) {
    const label = field({ label: "Label", help: "Letters, digits, _ and -." }, textInput({ ...NAME, required: true, autofocus: true }));
    const kind = field({ label: "Kind of value" }, select(Object.entries(types).map(([id, { title }]) => [id, title]), { value: variable?.type ?? "string", onchange: () => fill() }));
    const fields = variable ? {} : { label, type: kind };
    const place = h("div.stack");
    const fill = () => {
      const type = kind.control.value;
      place.replaceChildren(
        ...names.map((name) => {
          const isFirst = name === "production";
          const value = textOf(type, variable?.values[name]);
          const control = types[type].member ? select([["", isFirst ? "Choose one" : "As in production"], ...choices[type]], { value, required: isFirst }) : textInput({ value, placeholder: isFirst ? "" : "As in production" });
          return (fields[`values.${name}`] = field({ label: isFirst ? "Value in production" : `Value in ${name}`, optional: !isFirst }, control));
        }),
      );
    };
    fill();
    const submit = () => {
      const type = kind.control.value;
      const texts = Object.fromEntries(names.map((name) => [name, fields[`values.${name}`].control.value]));
      const values = valuesOf(type, texts, variable?.values);
      return variable ? patch(`${VARIABLES}/${variable.id}`, { values }) : post(VARIABLES, { type, label: label.control.value.trim(), values });
    };
    const title = variable ? `Change ${variable.label}` : "New variable";
    if (!(await formDialog(title, { fields, content: variable ? [place] : [label, kind, place], submit }))) return;
    said("The variable is stored.");
    load();
  }

  load();
  return content;
}
