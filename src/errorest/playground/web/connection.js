/** Questions to the session and their answers, in order, over anywidget or a WebSocket. */

/** @typedef {import("./types.js").Model} Model */
/** @typedef {import("./types.js").Answer} Answer */
/** @typedef {import("./types.js").Packed} Packed */

/** @typedef {Float32Array | Int32Array | Uint8Array} Numbers */
/** @typedef {{ answer: Answer, buffers: DataView[] }} Reply */

export class Connection {
  /** @param {Model} model */
  constructor(model) {
    this.model = model;
    this.last = 0;
    /** @type {Map<number, (reply: Reply) => void>} */
    this.waiting = new Map();
    // An answer to no question says that the connection is lost: to all who wait.
    this.receive = (/** @type {Answer} */ answer, /** @type {DataView[]} */ buffers) => {
      const { id: own } = answer;
      const asked = own !== null && this.waiting.has(own) ? [own] : [...this.waiting.keys()];
      for (const id of asked) {
        this.waiting.get(id)?.({ answer, buffers });
        this.waiting.delete(id);
      }
    };
    model.on("msg:custom", this.receive);
  }

  /**
   * @param {Record<string, unknown>} question
   * @param {ArrayBuffer[]} [buffers]
   * @returns {Promise<Reply>}
   */
  ask(question, buffers = []) {
    const id = ++this.last;
    return new Promise((resolve) => {
      this.waiting.set(id, resolve);
      this.model.send({ ...question, id }, undefined, buffers);
    });
  }

  close() {
    this.model.off("msg:custom", this.receive);
  }
}

const KINDS = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array };

/**
 * The numbers of an array that travelled as bytes.
 * @param {Packed} packed
 * @param {DataView[]} buffers
 * @returns {Numbers}
 */
export function unpack(packed, buffers) {
  const { buffer, byteOffset, byteLength } = buffers[packed.buffer];
  // A copy starts at an address that every kind of number may start at.
  return new KINDS[packed.dtype](
    /** @type {ArrayBuffer} */ (buffer).slice(byteOffset, byteOffset + byteLength),
  );
}
