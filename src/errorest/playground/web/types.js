/** The shapes of what the session and the page tell each other. */

/**
 * What anywidget offers in Jupyter, and host.js over a WebSocket.
 * @typedef {object} Model
 * @property {(content: { id: number }, callbacks?: object, buffers?: ArrayBuffer[]) => void} send
 * @property {(event: string, receive: Receive) => void} on
 * @property {(event: string, receive: Receive) => void} off
 * @property {string} [fragment] of the address that the page was opened with
 * @property {(fragment: string) => string} [link] puts a fragment into the address, and returns it
 */

/** @typedef {(answer: any, buffers: DataView[]) => void} Receive */

/** @typedef {{ buffer: number, dtype: "float32" | "int32" | "uint8", shape: number[] }} Packed */

/** @typedef {Record<string, any>} State the whole state table, as in force */

/**
 * One row of the state table: the session owns its choices, range and default.
 * @typedef {object} Entry
 * @property {string} name
 * @property {"choice" | "int" | "number" | "list"} kind
 * @property {string} label
 * @property {string} [help]
 * @property {any} default
 * @property {string[]} [choices]
 * @property {number} [low]
 * @property {number} [high]
 * @property {number} [step]
 * @property {boolean} [logarithmic]
 * @property {{ choices?: string[], low?: number, high?: number }} [items] of a list
 * @property {number} [max_length] of a list
 */

/**
 * An input as the network sees it; `value * scale + center` is in the table's own units.
 * @typedef {{ name: string, low: number, high: number, mean: number, center: number, scale: number }} Input
 */

/** @typedef {{ train: number | null, validation: number | null }} Reading */

/**
 * @typedef {object} PackedData
 * @property {string} name of the table
 * @property {string} target
 * @property {Packed} points `(n, n_inputs)`
 * @property {Packed} labels `(n,)`
 * @property {Packed} validation `(n,)`: 1 where a point is held back
 * @property {string[]} classes
 * @property {Input[]} inputs
 * @property {boolean} edited by hand
 * @property {number} noise_high
 */

/**
 * @typedef {object} Frame
 * @property {"frame"} type
 * @property {number} id
 * @property {State} state
 * @property {string} fragment the state for the address, only what differs from the defaults
 * @property {Entry[]} [table]
 * @property {string[]} [downloads]
 * @property {{ message_bytes: number }} [limits]
 * @property {string | null} note
 * @property {number} epoch
 * @property {number} step
 * @property {boolean} done
 * @property {number | null} point that the perceptron has just visited
 * @property {boolean | null} called whether that point then said "come closer"
 * @property {Packed} epochs those that the time line can go back to
 * @property {Reading} loss
 * @property {Reading} accuracy
 * @property {{ names: string[][], activations: string[], weights: Packed }} network
 * @property {PackedData} [data]
 * @property {Packed & { x: [number, number], y: [number, number] }} map `(classes or 1, n, n)`, lowest y first
 * @property {Packed | null} thumbnails `(units, n, n)`, hidden units in turn
 * @property {Packed | null} probabilities `(n,)`, of each point's own class
 * @property {Likelihood | null} likelihood of the points trained on, as long as it is finite
 * @property {{ train: Packed, validation: Packed | null }} confusion `(classes, classes)`, a row for each true class
 * @property {Packed} curves `(m, 5)`: epoch, losses, accuracies
 * @property {Packed} votes `(n,)`: 1 where a point says "come closer"
 * @property {Packed | null} arrows `(n, 2)`, from the line to the point
 */

/** @typedef {{ likelihood: number, log_likelihood: number, cross_entropy: number, n: number }} Likelihood */

/**
 * @typedef {object} Surface
 * @property {Packed} heights
 * @property {[number, number]} x
 * @property {[number, number]} y
 * @property {Packed} path `(m, 3)`
 * @property {[string, string]} labels
 */

/**
 * @typedef {object} LayerTrace
 * @property {string} activation
 * @property {number[]} inputs
 * @property {number[][]} weights `(n_in, n_out)`
 * @property {number[]} biases
 * @property {number[]} logits
 * @property {number[]} outputs
 */

/**
 * @typedef {object} LayerGradients
 * @property {number[]} grad_outputs
 * @property {number[]} slopes
 * @property {number[]} deltas
 * @property {number[][]} grad_weights
 * @property {{ symbol: string, value: number }[][]} chains from the loss back to each unit's logit
 */

/**
 * @typedef {object} Trace
 * @property {"trace"} type
 * @property {number} id
 * @property {number} label
 * @property {LayerTrace[]} layers
 * @property {number[]} output probabilities
 * @property {number[]} target
 * @property {number} loss
 * @property {string} loss_name
 * @property {LayerGradients[]} gradients
 */

/** @typedef {{ type: string, id: number | null, message?: string } & Record<string, any>} Answer */

export {};
