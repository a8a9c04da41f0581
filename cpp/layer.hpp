#pragma once

// What a layer is (errorest/network): its kind, its shape, and how its parameters are trained.

#include <vector>

#include "activations.hpp"

namespace errorest {

enum class LayerKind { dense, scale, embedding, periodic, parametric_activation };

// How neighbouring parameters are trained: the factor of their learning rate, and their share of
// the penalties for size.
struct Group {
    double rate = 1;
    double decay = 1;
};

struct Layer {
    LayerKind kind = LayerKind::dense;
    Index n_in = 0;
    Index n_out = 0;
    Activation activation = {};
    double dropout = 0;
    Group weights = {};
    Group biases = {};
    Index n_submodels = 1;        // of a scale
    std::vector<Index> columns;   // that are embedded or periodic,
    std::vector<Index> passing;   // and the others
    std::vector<Index> n_levels;  // of each embedded column
    Index n_frequencies = 0;      // of each periodic column

    // A single unit leaves most lanes of its column idle: its weights are a row.
    bool is_single_unit() const { return kind == LayerKind::dense && n_out == 1; }

    // The weights are a matrix, whatever the kind; only a dense layer has biases besides.
    Index n_weight_rows() const {
        switch (kind) {
            case LayerKind::dense:
                return is_single_unit() ? 1 : n_in;
            case LayerKind::scale:
                return n_submodels;
            case LayerKind::embedding: {
                Index n = 0;
                for (const Index n_of_column : n_levels) n += n_of_column;
                return n;
            }
            case LayerKind::periodic:
                return n_frequencies * (width() + 1) + width() - 1;
            case LayerKind::parametric_activation:
                return 1;
        }
        return 0;
    }
    Index n_weight_columns() const {
        if (is_single_unit()) return n_in;
        if (kind == LayerKind::embedding) return width();
        return kind == LayerKind::periodic ? n_columns() : n_out;
    }
    bool has_biases() const { return kind == LayerKind::dense; }

    Index n_parameters() const {
        return n_weight_rows() * n_weight_columns() + (has_biases() ? n_out : 0);
    }

    Index n_columns() const { return static_cast<Index>(columns.size()); }
    Index n_passing() const { return static_cast<Index>(passing.size()); }

    // How many outputs take the place of a column.
    Index width() const { return n_columns() == 0 ? 0 : (n_out - n_passing()) / n_columns(); }

    // Floating-point operations forward.
    double cost_of_row() const {
        static constexpr double cost_of_wave = 30;
        if (kind == LayerKind::dense) return 2.0 * static_cast<double>(n_parameters());
        return static_cast<double>(n_out) +
               cost_of_wave * static_cast<double>(n_frequencies * n_columns());
    }
};

}  // namespace errorest
