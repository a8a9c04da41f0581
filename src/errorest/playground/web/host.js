/** A page of its own: a WebSocket behind the interface that anywidget's model has. */

import { render } from "./playground.js";

/** @typedef {import("./types.js").Model} Model */
/** @typedef {import("./types.js").Receive} Receive */

/** What is answered once the connection is closed, unless the server says why. */
const closed = {
  type: "error",
  message: "The connection to Errorest was lost. Start Errorest again, then reload this page.",
};

/** @returns {Model} */
function socketModel() {
  const address = new URL("socket", location.href);
  address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  address.search = location.search;
  address.hash = "";
  const socket = new WebSocket(address);
  socket.binaryType = "arraybuffer";
  /** @type {Set<Receive>} */
  const receivers = new Set();
  /** @type {ArrayBuffer[]} */
  let early = [];
  socket.onopen = () => {
    for (const message of early) socket.send(message);
    early = [];
  };
  /** @type {Receive} */
  const answer = (content, buffers) => {
    for (const receive of receivers) receive(content, buffers);
  };
  socket.onmessage = ({ data }) => {
    const { content, buffers } = open(data);
    answer(content, buffers);
  };
  socket.onclose = ({ reason }) => {
    if (reason) closed.message = reason;
    answer({ ...closed, id: null }, []);
  };
  return {
    send: (content, _, buffers = []) => {
      const message = close(content, buffers);
      if (socket.readyState === WebSocket.CONNECTING) early.push(message);
      else if (socket.readyState === WebSocket.OPEN) socket.send(message);
      else answer({ ...closed, id: content.id }, []);
    },
    on: (_, receive) => receivers.add(receive),
    off: (_, receive) => receivers.delete(receive),
    fragment: location.hash.slice(1),
    link: (fragment) => {
      history.replaceState(null, "", `#${fragment}`);
      return location.href;
    },
  };
}

/**
 * A message as bytes: the length of its JSON, the JSON, the buffers.
 * @param {object} content
 * @param {ArrayBuffer[]} buffers
 */
function close(content, buffers) {
  const json = new TextEncoder().encode(
    JSON.stringify({ ...content, buffers: buffers.map(({ byteLength }) => byteLength) }),
  );
  const size = buffers.reduce((sum, { byteLength }) => sum + byteLength, 4 + json.length);
  const message = new Uint8Array(size);
  new DataView(message.buffer).setUint32(0, json.length, true);
  message.set(json, 4);
  let at = 4 + json.length;
  for (const buffer of buffers) {
    message.set(new Uint8Array(buffer), at);
    at += buffer.byteLength;
  }
  return message.buffer;
}

/** @param {ArrayBuffer} message */
function open(message) {
  const length = new DataView(message).getUint32(0, true);
  const content = JSON.parse(new TextDecoder().decode(new Uint8Array(message, 4, length)));
  let at = 4 + length;
  const buffers = content.buffers.map((/** @type {number} */ size) => {
    const view = new DataView(message, at, size);
    at += size;
    return view;
  });
  return { content, buffers };
}

render({ model: socketModel(), el: document.body });
