// Auth connections: how requests of tools and MCP servers prove who they are from.

import { get, patch, post } from "../../core/api.js";
import { h, svg } from "../../core/dom.js";
import { icons } from "../../core/icons.js";
import { openDialog } from "../../components/dialog.js";
import { field, numberInput, select, textArea, textInput, toggle } from "../../components/field.js";
import { formDialog } from "../../components/form-dialog.js";
import { empty, pending } from "../../components/page.js";
import { pairsField } from "../../components/row-lists.js";
import { actionColumn, table } from "../../components/table.js";
import { said } from "../../components/toast.js";
import { erase, usedBy } from "../../components/used-by.js";
import { bodyOf, kinds, titleOf } from "./kinds.js";

const PATH = "/v1/workspace/auth-connections";

export function connections(signal) {
  const content = h("div.stack");
  const load = () => content.replaceChildren(pending(list));
  const newButton = () => h("button.button.primary", { onclick: create }, svg(icons.add), "New connection");

  async function list() {
    const { auth_connections: all } = await get(PATH, {}, { signal });
    if (all.length === 0) {
      return empty("No auth connections yet", "An auth connection is how requests prove who they are from: a token, a password, OAuth or a certificate. Tools and MCP servers name it.", newButton());
    }
    return h("div.stack", h("div.row", newButton()), h("div.card.flush", table(columns, all, { caption: "Auth connections" })));
  }

  const columns = [
    { title: "Name", cell: ({ name, provider }) => [h("div.settings-name", name), h("span.quiet", provider)] },
    { title: "Kind", cell: ({ auth_type: type }) => titleOf(type) },
    { title: "Used by", cell: (connection) => usedBy(connection.used_by) },
    actionColumn(({ name }) => name, { change, erase: ({ name, used_by: users, id }) => erase({ kind: "connection", name, users, path: `${PATH}/${id}` }, load) }),
  ];

  async function create() {
    const type = await chooseKind();
    if (!type) return;
    const { fields, read } = formOf(type, null);
    if (!(await formDialog(`New connection: ${titleOf(type)}`, { intro: kinds[type].help, fields, action: "Store connection", submit: () => post(PATH, bodyOf(type, read())) }))) return;
    said("The connection is stored.");
    load();
  }

  async function change(connection) {
    const type = connection.auth_type;
    const { fields, read } = formOf(type, connection);
    if (!(await formDialog(`Change ${connection.name}`, { fields, submit: () => patch(`${PATH}/${connection.id}`, bodyOf(type, read(), connection)) }))) return;
    said("The connection is changed. The next call gets new tokens.");
    load();
  }

  load();
  return content;
}

const chooseKind = () =>
  openDialog("New auth connection", (close) => [
    h("p.quiet", "How does the other server want to know who asks?"),
    h("ul.settings-kinds", Object.entries(kinds).map(([type, { title, help }]) => h("li", h("button.button", { onclick: () => close(type) }, title), h("p.help", help)))),
    h("div.actions", h("button.button", { onclick: () => close() }, "Cancel")),
  ]);

/** The fields of a kind, filled from a connection that is changed, and what reads them. */
function formOf(type, present) {
  const fields = {
    name: field({ label: "Name", help: "What people call it." }, textInput({ value: present?.name ?? "", required: true, autofocus: true })),
    provider: field({ label: "Service", help: "Whose server it is for, such as “Booking system”." }, textInput({ value: present?.provider ?? "", required: true })),
  };
  for (const member of kinds[type].members) fields[member.name] = memberField(member, present);
  const read = () =>
    Object.fromEntries(Object.entries(fields).map(([name, element]) => [name, element.read ? element.read() : element.control.type === "checkbox" ? element.control.checked : element.control.value]));
  return { fields, read };
}

function memberField(member, present) {
  const { name, label, type, required } = member;
  const value = present?.[name] ?? member.value ?? "";
  const help = type === "secret" && present ? "Leave this empty to keep what is stored." : member.help;
  const isNeeded = required && !(type === "secret" && present);
  if (type === "map") return pairsField({ label: `${label} (optional)`, value: present?.[name] ?? {} });
  if (type === "flag") return toggle({ label, help, checked: Boolean(value) });
  const control = {
    choice: () => select(member.options, { value }),
    number: () => numberInput({ value, min: member.min, max: member.max, step: "1", required: isNeeded }),
    list: () => textInput({ value: [value].flat().join(" ") }),
    secret: () => (member.isLong ? textArea({ required: isNeeded, rows: 3, spellcheck: "false", class: "mono" }) : textInput({ type: "password", required: isNeeded, autocomplete: "new-password" })),
    text: () => textInput({ value, required: isNeeded }),
  }[type]();
  return field({ label, help, optional: !isNeeded }, control);
}
