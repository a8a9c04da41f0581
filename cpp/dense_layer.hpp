#pragma once

// A dense layer: the three products of a training step.

#include "parameters.hpp"
#include "product.hpp"
#include "transpose.hpp"

namespace errorest::dense {

// outputs[rows] = activation(logits[rows]), logits = inputs W + b. Where nobody asks for the
// logits again, both may be one matrix.
template <class T>
void feedforward(const Layer& layer, const Parameters<T>& parameters, const PanelMatrix<T>& inputs,
                 Rows rows, PanelMatrix<T>& logits, PanelMatrix<T>& outputs) {
    if (layer.is_single_unit()) {
        const PanelMatrix<T>& weights = parameters.weights;
        for (Index i = rows.begin; i < rows.end; ++i) {
            logits.at(i, 0) = dot(inputs.row(i, 0), inputs.panel_size(), weights.row(0, 0),
                                  weights.panel_size(), layer.n_in) +
                              parameters.biases.at(0, 0);
        }
        activate(layer.activation, logits, rows, 0, outputs);
        return;
    }
    for (Index p = 0; p < outputs.n_panels(); ++p) {
        multiply(inputs, parameters.weights, rows, p, parameters.biases.row(0, p), logits);
        activate(layer.activation, logits, rows, p, outputs);
    }
}

// dJ / dinputs = deltas W^T, in panel p.
template <class T>
void backpropagate(const Layer& layer, const PanelMatrix<T>& deltas, const PanelMatrix<T>& weights,
                   const PanelMatrix<T>& transposed_weights, Rows rows, Index p,
                   PanelMatrix<T>& grad_inputs) {
    static constexpr T zeros[panel<T>] = {};
    multiply(deltas, layer.is_single_unit() ? weights : transposed_weights, rows, p, zeros,
             grad_inputs);
}

// grad_weights = inputs^T deltas, grad_biases = sum of deltas, over the first n_rows rows.
template <class T>
void add_up(const Layer& layer, const Block& block, const PanelMatrix<T>& inputs,
            const PanelMatrix<T>& deltas, Index n_rows, BlockGradient<T>& gradient) {
    if (layer.is_single_unit()) {
        multiply_transposed(deltas, block.rows, inputs, block.panel, n_rows, gradient.weights);
    } else {
        multiply_transposed(inputs, block.rows, deltas, block.panel, n_rows, gradient.weights);
    }
    if (block.has_biases) sum_rows(deltas, block.panel, n_rows, gradient.biases);
}

// Brings a block of the transposed weights up to date. The rows that fill up the last panel come
// along: they are zero.
template <class T>
void transpose(const PanelMatrix<T>& weights, const Block& block, PanelMatrix<T>& transposed) {
    const Index j = block.panel * panel<T>;
    for (Index i = block.rows.begin; i < block.rows.end; i += lanes<T>) {
        for (Index v = 0; v < weights.vectors_in(block.panel); ++v) {
            const T* from = weights.row(i, block.panel) + v * lanes<T>;
            transpose_block<T>([&](Index row) { return from + row * panel<T>; },
                               transposed.row(j + v * lanes<T>, i / panel<T>) + i % panel<T>,
                               panel<T>);
        }
    }
}

}  // namespace errorest::dense
