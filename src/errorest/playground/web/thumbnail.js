/** What a unit answers over the map, as a small picture. */

import { mix, NEGATIVE, POSITIVE, rgb } from "./palette.js";

/**
 * Paint one unit's outputs: the lowest in the negative colour, the highest in the positive one.
 * @param {HTMLCanvasElement} canvas
 * @param {ArrayLike<number>} values `size * size` from 0 to 255, lowest row first
 * @param {number} size
 * @param {import("./palette.js").Rgb} ground
 */
export function paintThumbnail(canvas, values, size, ground) {
  if (canvas.width !== size) canvas.width = canvas.height = size;
  const image = new ImageData(size, size);
  const low = rgb(NEGATIVE);
  const high = rgb(POSITIVE);
  for (let cell = 0; cell < size * size; cell++) {
    const amount = values[cell] / 127.5 - 1;
    const color = mix(ground, amount < 0 ? low : high, 0.85 * Math.abs(amount));
    const at = 4 * ((size - 1 - Math.floor(cell / size)) * size + (cell % size));
    image.data[at] = color[0];
    image.data[at + 1] = color[1];
    image.data[at + 2] = color[2];
    image.data[at + 3] = 255;
  }
  canvas.getContext("2d")?.putImageData(image, 0, 0);
}
