/** Questions to the session and their answers, in order, over anywidget or a WebSocket. */

/** @typedef {import("./types.js").Model} Model */
/** @typedef {import("./types.js").Answer} Answer */
/** @typedef {import("./types.js").Packed} Packed */

/** @typedef {Float32Array | Int32Array | Uint8Array} Numbers */
/** @typedef {{ answer: Answer, buffers: DataView[] }} Reply */

const KERNEL_ENDED = "The kernel of this widget has stopped. Run its cell again.";

export class Connection {
  /**
   * @param {Model} model
   * @param {(message: string) => void} tell the user what answers no question
   */
  constructor(model, tell) {
    this.model = model;
    this.last = 0;
    /** @type {Map<number, (reply: Reply) => void>} */
    this.waiting = new Map();
    this.receive = (/** @type {Answer} */ answer, /** @type {DataView[]} */ buffers) => {
      // An answer to no question says that the connection is lost: to the user, and to all who wait.
      if (answer.id === null) tell(answer.message ?? "");
      const asked = answer.id === null ? [...this.waiting.keys()] : [answer.id];
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
      try {
        this.model.send({ ...question, id }, undefined, buffers);
      } catch {
        // Jupyter's way to say that there is nobody to ask.
        this.receive({ type: "error", id, message: KERNEL_ENDED }, []);
      }
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
