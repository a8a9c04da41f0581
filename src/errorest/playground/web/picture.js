/** Pictures to take home: the map and the network as SVG, and as PNG. */

import { svg } from "./dom.js";
import { axisMarks, boundary, frameOf, MARGIN, places, shade } from "./map_drawing.js";
import { edgePath, edgeWidth, layOut, MOST_UNITS } from "./network_layout.js";
import { classStyles, markerPath, signColor } from "./palette.js";

/** @typedef {import("./scene.js").Scene} Scene */
/** @typedef {import("./theme.js").Inks} Inks */

const SIZE = 600;

/**
 * The map as a drawing that stands alone.
 * @param {Scene} scene
 * @param {Inks} inks
 * @returns {string}
 */
export function mapSvg(scene, inks) {
  const { map, data } = scene;
  const frame = frameOf(SIZE, SIZE, map);
  const { across, up } = axisMarks(scene, frame);
  const picture = document.createElement("canvas");
  picture.width = picture.height = map.size;
  picture.getContext("2d")?.putImageData(shade(map, inks.card, data.classes.length), 0, 0);
  const line = boundary(scene, frame);
  let path = "";
  for (let k = 0; k < line.length; k += 4) {
    const [x1, y1, x2, y2] = line.slice(k, k + 4).map((part) => part.toFixed(1));
    path += `M${x1} ${y1}L${x2} ${y2}`;
  }
  const styles = classStyles(data.classes.length);
  const points = places(scene, frame).flatMap(([x, y], index) => {
    const { marker, color } = styles[data.labels[index]];
    const held = data.validation[index] > 0;
    const d = markerPath(marker, x, y, 5);
    const halo = svg("path", { d, stroke: inks.halo, "stroke-width": 3.5, fill: "none" });
    const point = svg("path", {
      d,
      fill: held ? inks.card : color,
      stroke: held ? color : inks.halo,
      "stroke-width": 1.5,
    });
    return held ? [halo, point] : [point];
  });
  const label = { fill: inks.soft, "font-family": "sans-serif", "font-size": 12 };
  const name = { ...label, fill: inks.ink, "font-style": "italic" };
  const [xName, yName] = [scene.frame.state.x_axis, scene.frame.state.y_axis].map(
    (axis) => data.inputs[axis]?.name ?? "",
  );
  const [right, bottom] = [SIZE - MARGIN.right - 8, SIZE - MARGIN.bottom - 8];
  return standAlone(
    SIZE,
    SIZE,
    inks,
    svg("image", {
      href: picture.toDataURL(),
      x: MARGIN.left,
      y: MARGIN.top,
      width: SIZE - MARGIN.left - MARGIN.right,
      height: SIZE - MARGIN.top - MARGIN.bottom,
      preserveAspectRatio: "none",
    }),
    svg("path", { d: path, stroke: inks.ink, "stroke-width": 2.2, fill: "none" }),
    ...points,
    ...across.map(([x, mark]) =>
      svg("text", { ...label, x, y: SIZE - 10, "text-anchor": "middle" }, mark),
    ),
    ...up.map(([y, mark]) =>
      svg("text", { ...label, x: MARGIN.left - 7, y: y + 4, "text-anchor": "end" }, mark),
    ),
    svg("text", { ...name, x: right, y: bottom, "text-anchor": "end" }, xName),
    svg("text", { ...name, x: MARGIN.left + 8, y: MARGIN.top + 16 }, yName),
  );
}

/**
 * The network as a drawing that stands alone.
 * @param {Scene} scene
 * @param {Inks} inks
 */
export function networkSvg({ graph }, inks) {
  const width = 160 * graph.names.length;
  const layout = layOut(
    width,
    graph.names.map((names) => names.length),
    10,
  );
  const thickness = edgeWidth(graph);
  const edges = layout.columns.slice(0, -1).flatMap((column, layer) =>
    column.flatMap((from) =>
      layout.columns[layer + 1].flatMap((to) => {
        if (to.index < 0) return [];
        const nOut = graph.biases[layer].length;
        const weight =
          from.index < 0
            ? graph.biases[layer][to.index]
            : graph.weights[layer][from.index * nOut + to.index];
        return [
          svg("path", {
            d: edgePath(from, to),
            fill: "none",
            stroke: signColor(weight, inks.soft),
            "stroke-width": thickness(weight),
            "stroke-dasharray": weight < 0 ? "7 4" : null,
          }),
        ];
      }),
    ),
  );
  const last = graph.names.length - 1;
  const label = { fill: inks.ink, "font-family": "sans-serif", "font-size": 11 };
  const units = layout.columns.flatMap((column, layer) =>
    column.flatMap(({ x, y, size, index }) => {
      // Names of inputs and outputs may be long: they stand beside the network.
      const beside = index < 0 ? 0 : layer === 0 ? -1 : layer === last ? 1 : 0;
      const place = {
        x: x + beside * (size / 2 + 6),
        y: y + 4,
        "text-anchor": ["end", "middle", "start"][beside + 1],
      };
      return [
        svg("circle", {
          cx: x,
          cy: y,
          r: size / 2,
          fill: inks.card,
          stroke: inks.ink,
          "stroke-width": 1.5,
        }),
        svg("text", { ...label, ...place }, index < 0 ? "1" : graph.names[layer][index]),
      ];
    }),
  );
  const more = graph.names.flatMap((names, layer) => {
    if (names.length <= MOST_UNITS) return [];
    const place = { x: layout.left[layer], y: layout.height - 8, "text-anchor": "middle" };
    return [svg("text", { ...label, ...place }, `and ${names.length - MOST_UNITS} more`)];
  });
  const [left, right] = [0, last].map((layer) => widest(graph.names[layer].slice(0, MOST_UNITS)));
  const drawn = svg("g", { transform: `translate(${left} 0)` }, ...edges, ...units, ...more);
  return standAlone(left + width + right, layout.height, inks, drawn);
}

/**
 * How wide the widest of some names is, in small letters.
 * @param {string[]} names
 */
function widest(names) {
  const context = document.createElement("canvas").getContext("2d");
  if (!context) return 0;
  context.font = "11px sans-serif";
  return Math.ceil(Math.max(...names.map((name) => context.measureText(name).width)));
}

/**
 * @param {number} width
 * @param {number} height
 * @param {Inks} inks
 * @param {...Node} inside
 */
function standAlone(width, height, inks, ...inside) {
  const ground = svg("rect", { width, height, fill: inks.card });
  const drawing = svg(
    "svg",
    { width, height, viewBox: `0 0 ${width} ${height}` },
    ground,
    ...inside,
  );
  return new XMLSerializer().serializeToString(drawing);
}

/**
 * A drawing as pixels, so many for each of its own.
 * @param {string} drawing SVG
 * @param {number} [scale]
 * @returns {Promise<Blob | null>}
 */
export async function toPng(drawing, scale = 2) {
  const image = new Image();
  image.src = `data:image/svg+xml,${encodeURIComponent(drawing)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = scale * image.width;
  canvas.height = scale * image.height;
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}
