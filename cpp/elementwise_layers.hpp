#pragma once

// Layers whose outputs each come from one input: scales (errorest/network/scale.py) and parametric
// activations (errorest/network/parametric_activation.py).

#include "parameters.hpp"

namespace errorest::scale {

// Rows belong to the submodels in turn; `factors` has one row for each submodel.

// Panel p of outputs[rows] = inputs[rows] * factors, which is also the way back. They may be the
// same matrix.
template <class T>
void multiply(const PanelMatrix<T>& inputs, const PanelMatrix<T>& factors, Rows rows, Index p,
              PanelMatrix<T>& outputs) {
    for (Index i = rows.begin; i < rows.end; ++i) {
        const T* factor = factors.row(i % factors.n_rows(), p);
        for (Index at = 0; at < panel<T>; at += lanes<T>) {
            store(outputs.row(i, p) + at, load(inputs.row(i, p) + at) * load(factor + at));
        }
    }
}

template <class T>
void add_up(const Block& block, Index n_submodels, const PanelMatrix<T>& inputs,
            const PanelMatrix<T>& deltas, Index n_rows, BlockGradient<T>& gradient) {
    for (Index submodel = block.rows.begin; submodel < block.rows.end; ++submodel) {
        T* sums = gradient.weights + (submodel - block.rows.begin) * panel<T>;
        for (Index at = 0; at < panel<T>; at += lanes<T>) {
            Vector<T> sum = {};
            for (Index i = submodel; i < n_rows; i += n_submodels) {
                sum += load(inputs.row(i, block.panel) + at) *
                       load(deltas.row(i, block.panel) + at);
            }
            store(sums + at, sum);
        }
    }
}

}  // namespace errorest::scale

namespace errorest::parametric_activation {

// Panel p of outputs[rows] = z + alpha (f(z) - z); f(z) is kept for the way back.
template <class T>
void activate(const Layer& layer, const PanelMatrix<T>& alphas, const PanelMatrix<T>& inputs,
              Rows rows, Index p, PanelMatrix<T>& kept, PanelMatrix<T>& outputs) {
    with_activation<T>(layer.activation, [&](const auto& function) {
        for (Index at = 0; at < inputs.columns_in(p); at += lanes<T>) {
            const Vector<T> alpha = load(alphas.row(0, p) + at);
            for (Index i = rows.begin; i < rows.end; ++i) {
                const Vector<T> z = load(inputs.row(i, p) + at);
                const Vector<T> a = function.value(z);
                store(kept.row(i, p) + at, a);
                store(outputs.row(i, p) + at, z + alpha * (a - z));
            }
        }
    });
}

// Panel p of grad_inputs[rows] = deltas (1 + alpha (f'(z) - 1)).
template <class T>
void backpropagate(const Layer& layer, const PanelMatrix<T>& alphas, const PanelMatrix<T>& inputs,
                   const PanelMatrix<T>& kept, const PanelMatrix<T>& deltas, Rows rows, Index p,
                   PanelMatrix<T>& grad_inputs) {
    with_activation<T>(layer.activation, [&](const auto& function) {
        for (Index at = 0; at < inputs.columns_in(p); at += lanes<T>) {
            const Vector<T> alpha = load(alphas.row(0, p) + at);
            for (Index i = rows.begin; i < rows.end; ++i) {
                const Vector<T> z = load(inputs.row(i, p) + at);
                const Vector<T> a = load(kept.row(i, p) + at);
                const Vector<T> slope = T(1) + alpha * (function.derivative(z, a) - T(1));
                store(grad_inputs.row(i, p) + at, load(deltas.row(i, p) + at) * slope);
            }
        }
    });
}

template <class T>
void add_up(const Block& block, const PanelMatrix<T>& inputs, const PanelMatrix<T>& kept,
            const PanelMatrix<T>& deltas, Index n_rows, BlockGradient<T>& gradient) {
    for (Index at = 0; at < panel<T>; at += lanes<T>) {
        Vector<T> sum = {};
        for (Index i = 0; i < n_rows; ++i) {
            const Vector<T> z = load(inputs.row(i, block.panel) + at);
            const Vector<T> a = load(kept.row(i, block.panel) + at);
            sum += (a - z) * load(deltas.row(i, block.panel) + at);
        }
        store(gradient.weights + at, sum);
    }
}

}  // namespace errorest::parametric_activation
