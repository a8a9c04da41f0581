#pragma once

// The parameters of a network's layers, and the blocks that they are cut into for a step.

#include "network.hpp"
#include "optimizers.hpp"

namespace errorest {

// One number for each parameter of a layer: the parameters themselves, a moment or a gradient.
template <class T>
struct Parameters {
    PanelMatrix<T> weights;  // as the layer says
    PanelMatrix<T> biases;   // (1, n_out), of a dense layer

    explicit Parameters(const Layer& layer)
        : weights(layer.n_weight_rows(), layer.n_weight_columns()),
          biases(layer.has_biases() ? 1 : 0, layer.n_out) {}

    Index size() const {
        return weights.n_rows() * weights.n_columns() + biases.n_rows() * biases.n_columns();
    }

    void read(const T* from) {
        weights.read(from);
        biases.read(from + weights.n_rows() * weights.n_columns());
    }

    void write(T* to) const {
        weights.write(to);
        biases.write(to + weights.n_rows() * weights.n_columns());
    }
};

// A piece of a layer's parameters: some rows of one panel of its weights, and with the first of
// them the panel's biases. It is a cache-sized unit of work.
struct Block {
    static constexpr Index most_rows = 32;

    Index layer;
    Index panel;
    Rows rows;
    bool has_biases;
};

inline constexpr Index block_rows = Block::most_rows;

// Neighbouring parameters that are treated alike: the weights of a block, or its biases.
struct Run {
    const Block& block;
    bool is_biases;
    Index size;
    const Group& group;
};

// One number for each parameter of a network.
template <class T>
class NetworkParameters {
   public:
    NetworkParameters() = default;
    explicit NetworkParameters(const Network& network)
        : layers_(network.layers.begin(), network.layers.end()) {}

    Index n_layers() const { return static_cast<Index>(layers_.size()); }
    Parameters<T>& operator[](Index layer) { return layers_[layer]; }
    const Parameters<T>& operator[](Index layer) const { return layers_[layer]; }

    T* at(const Run& run) {
        const auto& [layer, panel, rows, has_biases] = run.block;
        return run.is_biases ? layers_[layer].biases.row(0, panel)
                             : layers_[layer].weights.row(rows.begin, panel);
    }

    // From and to the flat vector of all parameters.
    void read(const T* from) {
        for (Parameters<T>& layer : layers_) {
            layer.read(from);
            from += layer.size();
        }
    }
    void write(T* to) const {
        for (const Parameters<T>& layer : layers_) {
            layer.write(to);
            to += layer.size();
        }
    }

    double sum_of_squares() const {
        double sum = 0;
        for (const Parameters<T>& layer : layers_) {
            for (const PanelMatrix<T>* matrix : {&layer.weights, &layer.biases}) {
                for (Index p = 0; p < matrix->n_panels(); ++p) {
                    for (Index i = 0; i < matrix->n_rows(); ++i) {
                        sum += errorest::sum_of_squares(matrix->row(i, p), matrix->columns_in(p));
                    }
                }
            }
        }
        return sum;
    }

   private:
    std::vector<Parameters<T>> layers_;
};

template <class T>
std::vector<Block> blocks_of(const NetworkParameters<T>& layers) {
    std::vector<Block> blocks;
    for (Index layer = 0; layer < layers.n_layers(); ++layer) {
        const PanelMatrix<T>& weights = layers[layer].weights;
        for (Index p = 0; p < weights.n_panels(); ++p) {
            for (Index i = 0; i < weights.n_rows(); i += block_rows) {
                const PanelMatrix<T>& biases = layers[layer].biases;
                const bool has_biases = i == 0 && biases.n_rows() > 0 && p < biases.n_panels();
                const Index end = std::min(i + block_rows, weights.n_rows());
                blocks.push_back({layer, p, {i, end}, has_biases});
            }
        }
    }
    return blocks;
}

// Puts blocks of all layers in turn, so that a thread that takes a run of blocks has neighbouring
// units of each layer.
template <class T>
void sort_by_units(std::vector<Block>& blocks, const NetworkParameters<T>& layers) {
    const auto place = [&](const Block& block) {
        const auto n_panels = static_cast<double>(layers[block.layer].weights.n_panels());
        return (static_cast<double>(block.panel) + 0.5) / n_panels;
    };
    std::stable_sort(blocks.begin(), blocks.end(), [&](const Block& a, const Block& b) {
        return place(a) < place(b);
    });
}

// The gradient of a block: contiguous, as in the layer.
template <class T>
struct BlockGradient {
    alignas(64) T weights[block_rows * panel<T>];
    alignas(64) T biases[panel<T>];

    T* at(const Run& run) { return run.is_biases ? biases : weights; }
};

}  // namespace errorest
