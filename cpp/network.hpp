#pragma once

// What a network is: layers one after the other, and a loss (errorest/network).

#include <algorithm>
#include <vector>

#include "layer.hpp"
#include "losses.hpp"

namespace errorest {

struct Network {
    std::vector<Layer> layers;
    Loss loss;

    Index n_features() const { return layers.front().n_in; }
    Index n_outputs() const { return layers.back().n_out; }

    // Whose answers are averaged: each of them takes every row.
    Index n_submodels() const {
        Index n = 1;
        for (const Layer& layer : layers) n = std::max(n, layer.n_submodels);
        return n;
    }

    bool is_dense() const {
        return std::all_of(layers.begin(), layers.end(),
                           [](const Layer& layer) { return layer.kind == LayerKind::dense; });
    }

    bool has_dropout() const {
        return std::any_of(layers.begin(), layers.end(),
                           [](const Layer& layer) { return layer.dropout > 0; });
    }

    Index n_parameters() const {
        Index n = 0;
        for (const Layer& layer : layers) n += layer.n_parameters();
        return n;
    }
};

// How many floating-point operations so many rows cost, forward and with their gradient.
inline double cost_of_forward(const Network& network, Index n_rows) {
    double cost_of_row = 0;
    for (const Layer& layer : network.layers) cost_of_row += layer.cost_of_row();
    return static_cast<double>(n_rows * network.n_submodels()) * cost_of_row;
}
inline double cost_of_step(const Network& network, Index n_rows) {
    return 3 * cost_of_forward(network, n_rows);
}

// Whether there are many more parameters than outputs of all layers for so many rows.
inline bool parameters_outweigh_outputs(const Network& network, Index n_rows) {
    Index n_units = 0;
    for (const Layer& layer : network.layers) n_units += layer.n_out;
    return network.n_parameters() > 2 * n_rows * n_units;
}

// Rows to learn from, as Python holds them.
template <class T>
struct Samples {
    const T* X;
    Index n_samples;
    Index n_features;
    Targets<T> targets;
    const T* sample_weight;  // null for 1 each

    __attribute__((always_inline)) void fetch(Index i) const {
        const T* row = X + i * n_features;
        for (Index j = 0; j < n_features; j += line<T>) errorest::fetch(row + j);
        errorest::fetch(row + n_features - 1);
    }
};

// Which rows make a batch: `n_rows` entries of an order, or of 0, 1, 2, ... if there is none.
struct Batch {
    const std::uint32_t* order;
    Index first;
    Index n_rows;

    Index operator[](Index i) const { return order ? Index(order[first + i]) : first + i; }
    Batch part(Rows rows) const { return {order, first + rows.begin, rows.size()}; }

    // Whether both are the same rows in their own order.
    bool repeats(const Batch& other) const {
        return !order && !other.order && first == other.first && n_rows == other.n_rows;
    }
};

// The sum of a batch's sample weights, or 1 if they are all zero.
template <class T>
double total_weight(const Samples<T>& samples, const Batch& batch) {
    if (!samples.sample_weight) return static_cast<double>(batch.n_rows);
    double total = 0;
    for (Index i = 0; i < batch.n_rows; ++i) total += samples.sample_weight[batch[i]];
    return total > 0 ? total : 1;
}

}  // namespace errorest
