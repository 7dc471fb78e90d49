// Colours and radii of a configuration, as the custom properties of widget.css.

/** The hosted service's `styles`, and the property that each of them is here. */
const styles = {
  base: "surface",
  base_active: "sunken",
  base_border: "line",
  base_subtle: "quiet",
  base_primary: "ink",
  base_error: "alarm",
  accent: "accent",
  accent_primary: "on-accent",
  overlay_padding: "gap",
  button_radius: "button-radius",
  input_radius: "input-radius",
  bubble_radius: "bubble-radius",
  sheet_radius: "radius",
};

/** Colours of older configurations with their defaults: an agent that nobody gave colours has exactly these. */
const former = {
  bg_color: ["#ffffff", "surface"],
  text_color: ["#000000", "ink"],
  btn_color: ["#000000", "accent"],
  btn_text_color: ["#ffffff", "on-accent"],
  border_color: ["#e1e1e1", "line"],
  focus_color: ["#000000", "focus"],
};

/**
 * The properties that a configuration sets, such as `{accent: "#c00", radius: "12px"}`. The others are light or dark as the
 * page is.
 */
export function themeOf(config) {
  const theme = {};
  const old = Object.entries(former).map(([name, [usual, property]]) => [property, config[name] ?? usual, usual]);
  if (old.some(([, value, usual]) => value.toLowerCase() !== usual)) for (const [property, value] of old) theme[property] = value;
  theme.radius = config.border_radius;
  theme["button-radius"] = config.btn_radius;
  for (const [name, property] of Object.entries(styles)) theme[property] = config.styles?.[name] ?? theme[property];
  // A ground without the colour of its text, or the reverse, must stay readable.
  theme["on-accent"] ??= legibleOn(theme.accent);
  theme.ink ??= legibleOn(theme.surface);
  theme.surface ??= legibleOn(theme.ink);
  const given = Object.entries(theme).filter(([, value]) => value !== undefined && value !== null && value !== "");
  return Object.fromEntries(given.map(([name, value]) => [name, typeof value === "number" ? `${value}px` : String(value)]));
}

/** Black or white, whichever stands out more from `#rgb` or `#rrggbb`; undefined for other notations. */
export function legibleOn(colour) {
  const digits = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(colour ?? "")?.[1];
  if (!digits) return undefined;
  const [red, green, blue] = (digits.length === 3 ? digits.replace(/./g, "$&$&") : digits).match(/../g).map((pair) => {
    const value = parseInt(pair, 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  // The luminance on which black and white have the same contrast (WCAG 2).
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#000000" : "#ffffff";
}
