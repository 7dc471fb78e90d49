// Elements, written down as they stand: `h("p.help", { id: "x" }, "text", child)`.

/**
 * Makes an element. `name` is a tag with classes (`div.card.flush`). Of `members`, functions named `onclick` and the like
 * become listeners, `dataset` and `aria` objects their attributes, `true` an attribute without a value; null, undefined
 * and false are left out. Buttons submit no form unless their `type` says so. Children are nodes, texts or arrays of them; text is never read as markup.
 */
export function h(name, members, ...children) {
  const [tag, ...classes] = name.split(".");
  const element = document.createElement(tag || "div");
  if (classes.length) element.className = classes.join(" ");
  if (tag === "button") element.type = "button";
  const isChild = members instanceof Node || Array.isArray(members) || typeof members !== "object" || members === null;
  if (isChild) children.unshift(members);
  else for (const [key, value] of Object.entries(members)) set(element, key, value);
  append(element, children);
  return element;
}

function set(element, key, value) {
  if (value === null || value === undefined || value === false) return;
  if (key.startsWith("on") && typeof value === "function") element.addEventListener(key.slice(2), value);
  else if (key === "dataset") Object.assign(element.dataset, value);
  else if (key === "aria") for (const [name, text] of Object.entries(value)) element.setAttribute(`aria-${name}`, text);
  else if (key === "class") element.classList.add(...value.split(" ").filter(Boolean));
  else if (key === "value") element.value = value;
  else element.setAttribute(key, value === true ? "" : value);
}

function append(element, children) {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    if (Array.isArray(child)) append(element, child);
    else element.append(child);
  }
}

/** An icon of `core/icons.js`; it says nothing to screen readers, so what it stands on needs a name. */
export function svg(paths, size = 24) {
  const image = shape("svg", { viewBox: `0 0 ${size} ${size}`, fill: "none", stroke: "currentColor", "stroke-width": "1.75", "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true" });
  image.append(...[paths].flat().map((d) => shape("path", { d })));
  return image;
}

/** An element of SVG. */
export function shape(name, attributes, text = "") {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.textContent = text;
  return element;
}

let last = 0;

/** An id that no other element of the page has. */
export function uniqueID(prefix = "e") {
  last += 1;
  return `${prefix}${last}`;
}
