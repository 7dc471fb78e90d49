// A phone's keyboard, which covers the lower end of the page.

/** Tells `fit` how many pixels of the page are covered whenever that changes, until `signal` aborts. */
export function followKeyboard(fit, signal) {
  const tell = () => fit(visualViewport.scale > 1 ? 0 : Math.max(0, innerHeight - visualViewport.height - visualViewport.offsetTop));
  for (const type of ["resize", "scroll"]) visualViewport?.addEventListener(type, tell, { signal });
}
