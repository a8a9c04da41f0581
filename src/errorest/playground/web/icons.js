/** The few signs on buttons, as paths on a 24 x 24 grid. */

import { svg } from "./dom.js";

export const PATHS = {
  play: "M7 4.5v15l12-7.5z",
  pause: "M6 5h4.5v14H6zM13.5 5H18v14h-4.5z",
  rewind: "M5 5h2.5v14H5zM20 5v14L9 12z",
  epoch: "M4 5v14l9-7zM13 5v14l7-7z",
  batch: "M6 5v14l9-7zM16.5 5H19v14h-2.5z",
  point: "M12 7.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9z",
  sun: "M12 7a5 5 0 1 0 0 10 5 5 0 0 0 0-10zM11 1h2v4h-2zM11 19h2v4h-2zM1 11h4v2H1zM19 11h4v2h-4zM4 5.4 5.4 4l2.8 2.8-1.4 1.4zM15.8 17.2l1.4-1.4L20 18.6 18.6 20zM4 18.6l2.8-2.8 1.4 1.4L5.4 20zM15.8 6.8 18.6 4 20 5.4l-2.8 2.8z",
  moon: "M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z",
  share:
    "M10.6 13.4a1 1 0 0 1 0-1.4l5-5h-3.1V5H19v6.5h-2V8.4l-5 5a1 1 0 0 1-1.4 0zM5 7h5v2H7v8h8v-3h2v5H5z",
  download: "M11 4h2v8.2l3-3 1.4 1.4L12 16l-5.4-5.4L8 9.2l3 3zM5 18h14v2H5z",
  tour: "M12 2 2 21h20zM12 7.2l2 3.8-2 1.2-2-1.2z",
  close:
    "M6.4 5 12 10.6 17.6 5 19 6.4 13.4 12l5.6 5.6-1.4 1.4L12 13.4 6.4 19 5 17.6l5.6-5.6L5 6.4z",
};

/** @param {keyof typeof PATHS} name */
export function icon(name) {
  return svg(
    "svg",
    { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" },
    svg("path", { d: PATHS[name], "fill-rule": "evenodd" }),
  );
}
