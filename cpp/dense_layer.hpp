#pragma once

// A dense layer: the three products of a training step.

#include "parameters.hpp"
#include "product.hpp"
#include "transpose.hpp"

namespace errorest::dense {

// outputs[rows] = activation(logits[rows]), logits = inputs W + b, in these panels. Where nobody
// asks for the logits again, both may be one matrix.
template <class T>
void feedforward(const Layer& layer, const Parameters<T>& parameters, const PanelMatrix<T>& inputs,
                 Rows rows, Panels panels, PanelMatrix<T>& logits, PanelMatrix<T>& outputs) {
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
    with_activation<T>(layer.activation, [&](const auto& function) {
        using Function = std::decay_t<decltype(function)>;
        for (Index p = panels.begin; p < panels.end; ++p) {
            const T* biases = parameters.biases.row(0, p);
            if constexpr (Function::is_quick) {
                multiply(inputs, parameters.weights, rows, p, biases, outputs,
                         [&](Vector<T> z, Index, Index) { return function.value(z); });
            } else {
                multiply(inputs, parameters.weights, rows, p, biases, logits);
                activate(layer.activation, logits, rows, p, outputs);
            }
        }
    });
}

// dJ / dinputs = deltas W^T, in panel p. If the activation that made the inputs is quick, they are
// multiplied by its derivative.
template <class T>
void backpropagate(const Layer& layer, const Activation& activation_before,
                   const PanelMatrix<T>& inputs, const PanelMatrix<T>& deltas,
                   const PanelMatrix<T>& weights, const PanelMatrix<T>& transposed_weights,
                   Rows rows, Index p, PanelMatrix<T>& grad_inputs) {
    const PanelMatrix<T>& factors = layer.is_single_unit() ? weights : transposed_weights;
    with_activation<T>(activation_before, [&](const auto& function) {
        using Function = std::decay_t<decltype(function)>;
        if constexpr (Function::is_quick) {
            multiply(deltas, factors, rows, p, no_biases<T>, grad_inputs,
                     [&](Vector<T> sum, Index i, Index v) {
                         const Vector<T> a = load(inputs.row(i, p) + v * lanes<T>);
                         return sum * function.derivative(Vector<T>{}, a);
                     });
        } else {
            multiply(deltas, factors, rows, p, no_biases<T>, grad_inputs);
        }
    });
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

// Claims what transpose will write.
template <class T>
void claim_transposed(const Block& block, PanelMatrix<T>& transposed) {
    const Index begin = block.panel * panel<T>;
    const Index end = std::min(begin + panel<T>, transposed.n_rows());
    for (Index i = block.rows.begin; i < block.rows.end; i += lanes<T>) {
        for (Index j = begin; j < end; ++j) {
            claim(transposed.row(j, i / panel<T>) + i % panel<T>);
        }
    }
}

// Brings a block of the transposed weights up to date. The rows that fill up the last panel come
// along: they are zero.
template <class T>
void transpose(const PanelMatrix<T>& weights, const Block& block, PanelMatrix<T>& transposed) {
    const Index j = block.panel * panel<T>;
    for (Index i = block.rows.begin; i < block.rows.end; i += lanes<T>) {
        for (Index at = 0; at < weights.columns_in(block.panel); at += lanes<T>) {
            const T* from = weights.row(i, block.panel) + at;
            transpose_block<T>([&](Index row) { return from + row * panel<T>; },
                               transposed.row(j + at, i / panel<T>) + i % panel<T>, panel<T>);
        }
    }
}

}  // namespace errorest::dense
