/** A canvas that is as sharp as the screen and follows the size of its place. */

import { h } from "./dom.js";

/**
 * @param {import("./dom.js").Attributes} attributes
 * @param {(width: number) => number} heightOf CSS pixels
 * @param {() => void} redraw
 */
export function sharpCanvas(attributes, heightOf, redraw) {
  const canvas = h("canvas", attributes);
  const size = { width: 0, height: 0 };
  new ResizeObserver(() => {
    const width = canvas.clientWidth;
    if (!width || width === size.width) return;
    Object.assign(size, { width, height: Math.round(heightOf(width)) });
    canvas.style.height = `${size.height}px`;
    canvas.width = Math.round(size.width * devicePixelRatio);
    canvas.height = Math.round(size.height * devicePixelRatio);
    redraw();
  }).observe(canvas);
  return {
    canvas,
    size,
    /** A context in CSS pixels, or null while the canvas is not on the screen. */
    context: () => {
      const context = size.width ? canvas.getContext("2d") : null;
      context?.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
      return context;
    },
  };
}
