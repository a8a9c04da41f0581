/** Light or dark: as the system says, until the reader says otherwise. */

import { rgb } from "./palette.js";

/** @typedef {"light" | "dark"} Theme */
/** @typedef {{ card: string, ink: string, soft: string, line: string, halo: string }} Inks */

const KEY = "errorest-theme";

/**
 * @param {HTMLElement} root
 * @param {() => void} changed
 */
export function followTheme(root, changed) {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    root.dataset.theme = localStorage.getItem(KEY) ?? (system.matches ? "dark" : "light");
    changed();
  };
  system.addEventListener("change", apply);
  apply();
  return {
    toggle: () => {
      localStorage.setItem(KEY, root.dataset.theme === "dark" ? "light" : "dark");
      apply();
    },
  };
}

/** @type {WeakMap<HTMLElement, Inks & { theme: string }>} */
const known = new WeakMap();

/**
 * The colours of the theme in force, for canvases.
 * @param {HTMLElement} element
 * @returns {Inks}
 */
export function inks(element) {
  const root = /** @type {HTMLElement} */ (element.closest(".errorest"));
  const theme = root.dataset.theme ?? "";
  let colors = known.get(root);
  if (colors?.theme !== theme) known.set(root, (colors = { theme, ...readInks(root) }));
  return colors;
}

/**
 * @param {HTMLElement} root
 * @returns {Inks}
 */
function readInks(root) {
  const style = getComputedStyle(root);
  const of = (/** @type {string} */ name) => style.getPropertyValue(`--${name}`).trim();
  return { card: of("card"), ink: of("ink"), soft: of("soft"), line: of("line"), halo: of("halo") };
}

/**
 * Colours for shades: the class colours over the card's colour.
 * @param {HTMLElement} element
 */
export function paper(element) {
  return rgb(inks(element).card);
}
