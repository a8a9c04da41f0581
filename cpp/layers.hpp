#pragma once

// What every kind of layer does: feedforward, backpropagation, and the gradient of its parameters.

#include "dense_layer.hpp"
#include "elementwise_layers.hpp"
#include "embedding.hpp"
#include "periodic.hpp"

namespace errorest {

// How many numbers of a row a layer keeps for the way back, besides its outputs.
inline Index n_kept(const Layer& layer) {
    switch (layer.kind) {
        case LayerKind::dense:
            return needs_logits(layer.activation) ? layer.n_out : 0;
        case LayerKind::parametric_activation:
            return layer.n_out;
        case LayerKind::periodic:
            return layer.n_columns();
        case LayerKind::scale:
        case LayerKind::embedding:
            break;
    }
    return 0;
}

// outputs[rows] from inputs[rows], in these panels; layers that replace columns do all of them.
// `kept` are n_kept columns, or for a dense layer the outputs themselves, where its logits are not
// asked for again.
template <class T>
void feedforward(const Layer& layer, const Parameters<T>& parameters, const PanelMatrix<T>& inputs,
                 Rows rows, Panels panels, PanelMatrix<T>& kept, PanelMatrix<T>& outputs) {
    const PanelMatrix<T>& weights = parameters.weights;
    switch (layer.kind) {
        case LayerKind::dense:
            dense::feedforward(layer, parameters, inputs, rows, panels, kept, outputs);
            return;
        case LayerKind::scale:
            for (Index p = panels.begin; p < panels.end; ++p) {
                scale::multiply(inputs, weights, rows, p, outputs);
            }
            return;
        case LayerKind::parametric_activation:
            for (Index p = panels.begin; p < panels.end; ++p) {
                parametric_activation::activate(layer, weights, inputs, rows, p, kept, outputs);
            }
            return;
        case LayerKind::embedding:
            embedding::feedforward(layer, weights, inputs, rows, outputs);
            return;
        case LayerKind::periodic:
            periodic::feedforward(layer, weights, inputs, rows, kept, outputs);
            return;
    }
}

// Whether the way back through a layer takes along the derivative of the activation before it.
inline bool takes_derivative(const Layer& layer, const Layer& before) {
    return layer.kind == LayerKind::dense && before.kind == LayerKind::dense &&
           is_quick(before.activation);
}

// Panel p of grad_inputs[rows]. A periodic layer is the first one, and has none.
template <class T>
void backpropagate(const Layer& layer, const Layer& before, const Parameters<T>& parameters,
                   const PanelMatrix<T>& transposed_weights, const PanelMatrix<T>& inputs,
                   const PanelMatrix<T>& kept, const PanelMatrix<T>& deltas, Rows rows, Index p,
                   PanelMatrix<T>& grad_inputs) {
    const PanelMatrix<T>& weights = parameters.weights;
    switch (layer.kind) {
        case LayerKind::dense:
            dense::backpropagate(
                layer, takes_derivative(layer, before) ? before.activation : Activation{}, inputs,
                deltas, weights, transposed_weights, rows, p, grad_inputs);
            return;
        case LayerKind::scale:
            scale::multiply(deltas, weights, rows, p, grad_inputs);
            return;
        case LayerKind::parametric_activation:
            parametric_activation::backpropagate(layer, weights, inputs, kept, deltas, rows, p,
                                                 grad_inputs);
            return;
        case LayerKind::embedding:
            embedding::backpropagate(layer, deltas, rows, p, grad_inputs);
            return;
        case LayerKind::periodic:
            return;
    }
}

// The gradient of a block, over the first n_rows rows. Other blocks may have moved already; only a
// periodic layer needs weights for it, as they were before.
template <class T>
void add_up(const Layer& layer, const PanelMatrix<T>& periodic_weights, const Block& block,
            const PanelMatrix<T>& inputs, const PanelMatrix<T>& kept,
            const PanelMatrix<T>& deltas, Index n_rows, BlockGradient<T>& gradient) {
    switch (layer.kind) {
        case LayerKind::dense:
            dense::add_up(layer, block, inputs, deltas, n_rows, gradient);
            return;
        case LayerKind::scale:
            scale::add_up(block, layer.n_submodels, inputs, deltas, n_rows, gradient);
            return;
        case LayerKind::parametric_activation:
            parametric_activation::add_up(block, inputs, kept, deltas, n_rows, gradient);
            return;
        case LayerKind::embedding:
            embedding::add_up(layer, block, inputs, deltas, n_rows, gradient);
            return;
        case LayerKind::periodic:
            periodic::add_up(layer, periodic_weights, block, kept, deltas, n_rows, gradient);
            return;
    }
}

}  // namespace errorest
