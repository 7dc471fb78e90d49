// The dashboard: the list of rooms, and the room that the address names.

import { APIError, onSignedOut } from "./core/api.js";
import { h, svg } from "./core/dom.js";
import { icons } from "./core/icons.js";
import { address, parseLocation } from "./core/router.js";
import { session, signOut } from "./core/session.js";
import { openSignIn } from "./components/sign-in.js";
import { empty, failure, notice, page } from "./components/page.js";
import { attempt } from "./components/toast.js";

/** The rooms by group. A room's module is fetched when it is first opened; `open(place, signal)` gives its page. */
const groups = [
  { title: null, rooms: [["talk", "Talk"], ["overview", "Overview"]] },
  { title: "Build", rooms: [["agents", "Agents"], ["tools", "Tools"], ["mcp", "MCP servers"], ["knowledge", "Knowledge"], ["workflows", "Workflows"]] },
  { title: "Watch", rooms: [["live", "Live calls"], ["conversations", "Conversations"]] },
  { title: "Server", rooms: [["models", "Models"], ["secrets", "Secrets"], ["keys", "API keys"], ["settings", "Settings"]] },
];

const titles = Object.fromEntries(groups.flatMap(({ rooms }) => rooms));
const home = "talk";

const view = h("main.view", { id: "view", tabindex: "-1" });
const links = new Map();
const side = sidebar();
document.body.append(
  h("a.skip", { href: "#view", onclick: (event) => (event.preventDefault(), view.focus()) }, "Skip to the content"),
  h("div.shell", side, view),
);

// MARK: The rooms' names

function sidebar() {
  const menu = h(
    "button.button.plain.icon.menu",
    { aria: { label: "Menu", expanded: "false" }, onclick: () => showMenu(!element.classList.contains("open")) },
    svg(icons.menu),
  );
  const element = h(
    "aside.rooms",
    h("div.top", h("a.brand", { href: address(home) }, svg(icons.brand), "Parley"), menu),
    h("nav", { aria: { label: "Rooms" } }, groups.map(group)),
    h("div.foot", themeButton(), leaveButton()),
  );
  element.menu = menu;
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !element.classList.contains("open")) return;
    showMenu(false);
    menu.focus();
  });
  return element;
}

function group({ title, rooms }) {
  return h(
    "div",
    title ? h("h2", title) : null,
    rooms.map(([name, text]) => {
      const link = h("a.room", { href: address(name) }, svg(icons[name]), text);
      links.set(name, link);
      return link;
    }),
  );
}

function showMenu(isOpen) {
  side.classList.toggle("open", isOpen);
  side.menu.setAttribute("aria-expanded", String(isOpen));
}

function themeButton() {
  const THEME = "parley.theme";
  const stored = localStorage.getItem(THEME);
  if (stored) document.documentElement.dataset.theme = stored;
  const isDark = () =>
    (document.documentElement.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const text = () => (isDark() ? "Light" : "Dark");
  const words = h("span", text());
  return h(
    "button.button.plain",
    {
      onclick: () => {
        const theme = isDark() ? "light" : "dark";
        document.documentElement.dataset.theme = theme;
        localStorage.setItem(THEME, theme);
        words.textContent = text();
      },
    },
    svg(icons.theme),
    words,
  );
}

function leaveButton() {
  const leave = async () => {
    await signOut();
    location.reload();
  };
  return h("button.button.plain", { id: "leave", hidden: true, onclick: ({ currentTarget }) => attempt(currentTarget, leave) }, svg(icons.leave), "Sign out");
}

// MARK: The open room

/** Milliseconds after which a room that is still being fetched shows its heading at least. */
const HOLD = 300;

let present = null;

async function openRoom() {
  const place = parseLocation(location.hash);
  const name = place.room in titles ? place.room : home;
  showMenu(false);
  present?.abort();
  const visit = (present = new AbortController());
  for (const [room, link] of links) {
    if (room === name) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  // A dialog of the former room would stand above the next one.
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
  const late = setTimeout(() => view.replaceChildren(page(titles[name], {}, h("div.pending", { aria: { busy: "true" } }))), HOLD);
  visit.signal.addEventListener("abort", () => clearTimeout(late));
  let content;
  try {
    const room = await import(`./rooms/${name}/${name}.js`);
    content = await room.open(place, visit.signal);
  } catch (error) {
    if (visit.signal.aborted) return;
    const words = error instanceof APIError ? error.message : `This page could not be opened: ${error.message}`;
    content = page(
      titles[name],
      {},
      error.status === 404
        ? empty("This is not there", "It may have been deleted, or the address is not whole.", h("a.button", { href: address(name) }, `To ${titles[name]}`))
        : failure({ message: words }, openRoom),
    );
  } finally {
    clearTimeout(late);
  }
  if (visit.signal.aborted) return;
  view.replaceChildren(content);
  scrollTo(0, 0);
  view.querySelector("h1")?.focus({ preventScroll: true });
}

// MARK: Beginning

async function begin() {
  const { signed_in: isSignedIn, needs_key: needsKey } = await session();
  document.getElementById("leave").hidden = !(isSignedIn && needsKey);
  if (needsKey && !isSignedIn) await openSignIn();
  document.getElementById("leave").hidden = !needsKey;
}

onSignedOut(openSignIn);
addEventListener("hashchange", openRoom);

try {
  await begin();
} catch (error) {
  view.replaceChildren(page("Parley", {}, notice(error.message, "alarm")));
}
await openRoom();
