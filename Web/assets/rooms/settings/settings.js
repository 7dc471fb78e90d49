// What holds for the whole workspace, by tabs.

import { h } from "../../core/dom.js";
import { page } from "../../components/page.js";
import { tabs } from "../../components/tabs.js";
import { connections } from "./connections.js";
import { environments } from "./environments.js";
import { general, whole } from "./general.js";

export async function open(place, signal) {
  const entries = [
    { id: "general", title: "General", open: () => general(signal) },
    { id: "environments", title: "Environments", open: () => environments(signal) },
    { id: "connections", title: "Auth connections", open: () => connections(signal) },
    { id: "json", title: "JSON", open: () => h("div", whole(signal)) },
  ];
  return page("Settings", { lead: "What all agents of this server share." }, tabs(entries, { selected: place.query.get("tab"), label: "Settings" }));
}
