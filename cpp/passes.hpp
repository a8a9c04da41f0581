#pragma once

// What the layers of a network make of some rows, on the way forward and on the way back.

#include "dropout.hpp"
#include "layers.hpp"

namespace errorest {

// Keeps inputs, outputs and deltas of all layers, and what the way back needs of the weights.
template <class T>
class Passes {
   public:
    // The parameters may move, if they say so by refresh_transposed().
    Passes(const Network& network, const NetworkParameters<T>& parameters, Index n_rows)
        : network_(network), parameters_(parameters), inputs_(n_rows, network.n_features()) {
        for (const Layer& layer : network.layers) {
            passes_.emplace_back(layer, n_rows);
            const bool is_transposed = passes_.size() > 1 && layer.kind == LayerKind::dense &&
                                       !layer.is_single_unit();
            transposed_.push_back(is_transposed ? PanelMatrix<T>(layer.n_out, layer.n_in)
                                                : PanelMatrix<T>());
        }
        const Layer& first = network.layers.front();
        if (first.kind == LayerKind::periodic) {
            periodic_weights_ = PanelMatrix<T>(first.n_weight_rows(), first.n_weight_columns());
        }
    }

    Index n_rows() const { return inputs_.n_rows(); }
    Index n_layers() const { return static_cast<Index>(passes_.size()); }
    Index n_panels(Index layer) const { return passes_[layer].outputs.n_panels(); }

    PanelMatrix<T>& inputs() { return inputs_; }
    const PanelMatrix<T>& outputs() const { return inputs_of(n_layers()); }

    // Of the last layer: where the way back begins.
    PanelMatrix<T>& deltas() { return passes_.back().deltas; }

    // To be called after the weights of a block have changed.
    void refresh_transposed(const Block& block) {
        if (transposed_[block.layer].empty()) return;
        dense::transpose(parameters_[block.layer].weights, block, transposed_[block.layer]);
    }

    // Claims what refresh_transposed will write.
    void claim_transposed(const Block& block) {
        PanelMatrix<T>& transposed = transposed_[block.layer];
        if (!transposed.empty()) dense::claim_transposed(block, transposed);
    }

    // To be called before the first rows of a step.
    void begin_step(const DropoutStep& dropout) {
        dropout_ = dropout;
        if (!periodic_weights_.empty()) periodic_weights_.copy(parameters_[0].weights);
    }

    // first_row is the place of row 0 in its batch.
    void draw_masks(Rows rows, Index first_row) {
        for (Index layer = 0; layer < n_layers(); ++layer) {
            if (!has_dropout(layer)) continue;
            const RandomBits bits = dropout_.bits(layer + 1);
            for (Index i = rows.begin; i < rows.end; ++i) {
                draw_mask(dropout_of(layer), bits, first_row + i, i, passes_[layer].mask);
            }
        }
    }

    void forward(Index layer, Rows rows) { forward(layer, rows, {0, n_panels(layer)}); }
    void forward(Index layer, Rows rows, Panels panels) {
        Pass& pass = passes_[layer];
        feedforward(network_.layers[layer], parameters_[layer], inputs_of(layer), rows, panels,
                    pass.kept_or_outputs(), pass.outputs);
        if (!has_dropout(layer)) return;
        for (Index p = panels.begin; p < panels.end; ++p) {
            scale::multiply(pass.outputs, pass.mask, rows, p, pass.dropped);
        }
    }

    void backward(Index layer, Rows rows) { backward(layer, rows, {0, n_panels(layer)}); }
    void backward(Index layer, Rows rows, Panels panels) {
        const Layer& here = network_.layers[layer];
        Pass& pass = passes_[layer];
        const bool is_last = layer + 1 == n_layers();
        const bool has_derivative =
            here.kind != LayerKind::dense ||
            (!is_last && takes_derivative(network_.layers[layer + 1], here));
        for (Index p = panels.begin; p < panels.end; ++p) {
            if (!is_last) {
                const Layer& after = network_.layers[layer + 1];
                const Pass& next = passes_[layer + 1];
                backpropagate(after, here, parameters_[layer + 1], transposed_[layer + 1],
                              inputs_of(layer + 1), next.kept, next.deltas, rows, p, pass.deltas);
            }
            if (has_dropout(layer)) scale::multiply(pass.deltas, pass.mask, rows, p, pass.deltas);
            if (!has_derivative) {
                multiply_by_derivative(here.activation, pass.kept_or_outputs(), pass.outputs,
                                       rows, p, pass.deltas);
            }
        }
    }

    // The gradient of a block over the first n_rows rows.
    void add_up(const Block& block, Index n_rows, BlockGradient<T>& gradient) const {
        const Pass& pass = passes_[block.layer];
        errorest::add_up(network_.layers[block.layer], periodic_weights_, block,
                         inputs_of(block.layer), pass.kept, pass.deltas, n_rows, gradient);
    }

   private:
    struct Pass {
        PanelMatrix<T> kept;  // for the way back, such as logits
        PanelMatrix<T> outputs;
        PanelMatrix<T> mask;     // only where there is dropout,
        PanelMatrix<T> dropped;  // as are the outputs that it leaves
        PanelMatrix<T> deltas;   // of a dense layer, elsewhere dJ / doutputs

        Pass(const Layer& layer, Index n_rows)
            : outputs(n_rows, layer.n_out), deltas(n_rows, layer.n_out) {
            if (n_kept(layer) > 0) kept = PanelMatrix<T>(n_rows, n_kept(layer));
            if (layer.dropout > 0) {
                mask = PanelMatrix<T>(n_rows, layer.n_out);
                dropped = PanelMatrix<T>(n_rows, layer.n_out);
            }
        }

        PanelMatrix<T>& kept_or_outputs() { return kept.empty() ? outputs : kept; }
    };

    const PanelMatrix<T>& inputs_of(Index layer) const {
        if (layer == 0) return inputs_;
        return has_dropout(layer - 1) ? passes_[layer - 1].dropped : passes_[layer - 1].outputs;
    }

    double dropout_of(Index layer) const {
        return network_.layers[layer].dropout * dropout_.factor;
    }
    bool has_dropout(Index layer) const { return dropout_of(layer) > 0; }

    const Network& network_;
    const NetworkParameters<T>& parameters_;
    PanelMatrix<T> inputs_;
    std::vector<Pass> passes_;
    std::vector<PanelMatrix<T>> transposed_;  // weights of each dense layer but the first
    PanelMatrix<T> periodic_weights_;  // before the step, which moves block after block
    DropoutStep dropout_;
};

}  // namespace errorest
