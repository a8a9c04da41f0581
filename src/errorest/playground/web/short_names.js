/** Names of units, as short as there is room for below them. */

/** In a name that has room, of whatever letters; the page cuts the end of longer ones. */
const MOST_LETTERS = 12;

/** Of names that differ within their first letters the end may be cut. */
const ENOUGH_LETTERS = 8;

/**
 * Leave out the middle of names that would look alike without their ends; or, where this leaves
 * them alike, what they begin with.
 * @param {string[]} names
 */
export function shortened(names) {
  const short = names.map((name) => withoutMiddle(name, MOST_LETTERS));
  return names.map((name, index) => {
    // Where another name goes on, it is that one which needs its end.
    const others = names.filter((other) => !other.startsWith(name));
    if (name.length <= MOST_LETTERS || shared(name, others) <= ENOUGH_LETTERS) return name;
    const alike = others.filter((other) => short[names.indexOf(other)] === short[index]);
    if (!alike.length) return short[index];
    // The part of a word that they share is left in: without it, the rest is harder to read.
    const start = name.slice(0, shared(name, alike)).search(/[^\W_]{0,4}$/);
    return `…${withoutMiddle(name.slice(start), MOST_LETTERS - 1)}`;
  });
}

/**
 * How many letters at most others begin with, too.
 * @param {string} name
 * @param {string[]} others
 */
function shared(name, others) {
  const same = others.map((other) => [...name].findIndex((_, k) => name[k] !== other[k]));
  return Math.max(0, ...same);
}

/**
 * @param {string} name
 * @param {number} length
 */
function withoutMiddle(name, length) {
  if (name.length <= length) return name;
  const tail = Math.floor(length / 2) - 1;
  return `${name.slice(0, length - tail - 1)}…${name.slice(-tail)}`;
}
