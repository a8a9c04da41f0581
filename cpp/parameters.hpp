#pragma once

// The parameters of a network's layers, and the blocks that they are cut into for a step.

#include "network.hpp"

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

template <class T>
std::vector<Parameters<T>> make_parameters(const Network& network) {
    return {network.layers.begin(), network.layers.end()};
}

// Between the flat vector of all parameters and the layers.
template <class T>
void read_flat(const T* from, std::vector<Parameters<T>>& layers) {
    for (Parameters<T>& layer : layers) {
        layer.read(from);
        from += layer.size();
    }
}

template <class T>
void write_flat(const std::vector<Parameters<T>>& layers, T* to) {
    for (const Parameters<T>& layer : layers) {
        layer.write(to);
        to += layer.size();
    }
}

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

template <class T>
std::vector<Block> blocks_of(const std::vector<Parameters<T>>& layers) {
    std::vector<Block> blocks;
    for (Index layer = 0; layer < static_cast<Index>(layers.size()); ++layer) {
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
void sort_by_units(std::vector<Block>& blocks, const std::vector<Parameters<T>>& layers) {
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

    void add(const Block& block, const Parameters<T>& other) {
        add_to(weights, other.weights.row(block.rows.begin, block.panel),
               block.rows.size() * panel<T>);
        if (block.has_biases) add_to(biases, other.biases.row(0, block.panel), panel<T>);
    }

    void copy_to(const Block& block, Parameters<T>& other) const {
        std::copy_n(weights, block.rows.size() * panel<T>,
                    other.weights.row(block.rows.begin, block.panel));
        if (block.has_biases) std::copy_n(biases, panel<T>, other.biases.row(0, block.panel));
    }

    // The factor may be too small a number for T.
    void read_scaled(const Block& block, const Parameters<T>& other, double factor) {
        const T* from = other.weights.row(block.rows.begin, block.panel);
        for (Index i = 0; i < block.rows.size() * panel<T>; ++i) weights[i] = T(factor * from[i]);
        if (!block.has_biases) return;
        const T* other_biases = other.biases.row(0, block.panel);
        for (Index j = 0; j < panel<T>; ++j) biases[j] = T(factor * other_biases[j]);
    }

   private:
    static void add_to(T* __restrict sum, const T* __restrict term, Index n) {
        for (Index i = 0; i < n; ++i) sum[i] += term[i];
    }
};

// The sum of the squares of all numbers in some layers.
template <class T>
double sum_of_squares(const std::vector<Parameters<T>>& layers) {
    double sum = 0;
    const auto add = [&](const PanelMatrix<T>& matrix) {
        for (Index p = 0; p < matrix.n_panels(); ++p) {
            for (Index i = 0; i < matrix.n_rows(); ++i) {
                // The squares of large numbers are none in float32.
                double of_row = 0;
                for (Index j = 0; j < matrix.columns_in(p); ++j) {
                    const auto number = static_cast<double>(matrix.row(i, p)[j]);
                    of_row += number * number;
                }
                sum += of_row;
            }
        }
    };
    for (const Parameters<T>& layer : layers) {
        add(layer.weights);
        add(layer.biases);
    }
    return sum;
}

}  // namespace errorest
