// The one file that a page names. It works as a module and as a plain script; a plain one from another origin may import
// only absolute addresses, and `currentScript`, which modules do not have, knows its own.

const own = document.currentScript?.src;

import(own ? new URL("element.js", own).href : "./element.js").then(
  ({ register }) => register(),
  (error) => console.error("[Parley] The widget could not be loaded. Does the page's script-src allow its server?", error),
);
