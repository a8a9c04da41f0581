/** Lines of equal value through a grid, by marching squares (Lorensen and Cline 1987). */

/**
 * Line segments where a grid of values crosses a level.
 * @param {ArrayLike<number>} values row by row, `rows * columns` of them
 * @param {number} columns
 * @param {number} rows
 * @param {number} level
 * @returns {number[]} x1, y1, x2, y2, ... in units of cells, from the centre of the first
 */
export function contour(values, columns, rows, level) {
  /** @type {number[]} */
  const segments = [];
  for (let row = 0; row + 1 < rows; row++) {
    for (let column = 0; column + 1 < columns; column++) {
      const at = row * columns + column;
      const corner = [
        values[at] - level,
        values[at + 1] - level,
        values[at + columns + 1] - level,
        values[at + columns] - level,
      ];
      /** @type {number[]} */
      const crossings = [];
      for (let side = 0; side < 4; side++) {
        const from = corner[side];
        const to = corner[(side + 1) & 3];
        if (from >= 0 === to >= 0) continue;
        const along = from / (from - to);
        crossings.push(
          column + [along, 1, 1 - along, 0][side],
          row + [0, along, 1, 1 - along][side],
        );
      }
      segments.push(...crossings);
    }
  }
  return segments;
}
