#pragma once

// Columns of codes that are replaced by the vectors of their levels (errorest/network/embedding.py).

#include <cmath>

#include "parameters.hpp"

namespace errorest {

// The columns that are not replaced become the first outputs.
template <class T>
void pass_columns(const Layer& layer, const PanelMatrix<T>& inputs, Index i,
                  PanelMatrix<T>& outputs) {
    Index passed = 0;
    for (const Index column : layer.passing) outputs.at(i, passed++) = inputs.at(i, column);
}

namespace embedding {

// The row of the vectors that belongs to a code, or -1 if it is no level. `column` counts the
// embedded ones, and its vectors begin at first_level.
template <class T>
Index level_of(T code, Index n_levels, Index first_level) {
    const bool is_level = code >= 0 && code < T(n_levels) && code == std::floor(code);
    return is_level ? first_level + static_cast<Index>(code) : -1;
}

template <class T>
void feedforward(const Layer& layer, const PanelMatrix<T>& vectors, const PanelMatrix<T>& inputs,
                 Rows rows, PanelMatrix<T>& outputs) {
    for (Index i = rows.begin; i < rows.end; ++i) {
        pass_columns(layer, inputs, i, outputs);
        Index output = layer.n_passing();
        Index first_level = 0;
        for (std::size_t column = 0; column < layer.columns.size(); ++column) {
            const T code = inputs.at(i, layer.columns[column]);
            const Index level = level_of(code, layer.n_levels[column], first_level);
            for (Index j = 0; j < layer.width(); ++j, ++output) {
                outputs.at(i, output) = level < 0 ? T(0) : vectors.at(level, j);
            }
            first_level += layer.n_levels[column];
        }
    }
}

// Panel p of grad_inputs[rows]: a code has no slope.
template <class T>
void backpropagate(const Layer& layer, const PanelMatrix<T>& deltas, Rows rows, Index p,
                   PanelMatrix<T>& grad_inputs) {
    for (Index i = rows.begin; i < rows.end; ++i) {
        std::fill_n(grad_inputs.row(i, p), panel<T>, T(0));
        for (Index j = 0; j < layer.n_passing(); ++j) {
            const Index column = layer.passing[j];
            if (column / panel<T> == p) grad_inputs.at(i, column) = deltas.at(i, j);
        }
    }
}

// The deltas of the rows that have a level add up to its gradient.
template <class T>
void add_up(const Layer& layer, const Block& block, const PanelMatrix<T>& inputs,
            const PanelMatrix<T>& deltas, Index n_rows, BlockGradient<T>& gradient) {
    std::fill_n(gradient.weights, block.rows.size() * panel<T>, T(0));
    const Index begin = block.panel * panel<T>;
    const Index end = std::min(begin + panel<T>, layer.width());
    Index output = layer.n_passing();
    Index first_level = 0;
    for (std::size_t column = 0; column < layer.columns.size(); ++column) {
        const Index n_levels = layer.n_levels[column];
        const bool is_here =
            first_level < block.rows.end && block.rows.begin < first_level + n_levels;
        for (Index i = 0; is_here && i < n_rows; ++i) {
            const T code = inputs.at(i, layer.columns[column]);
            const Index level = level_of(code, n_levels, first_level);
            if (level < block.rows.begin || level >= block.rows.end) continue;
            T* sums = gradient.weights + (level - block.rows.begin) * panel<T>;
            for (Index j = begin; j < end; ++j) sums[j - begin] += deltas.at(i, output + j);
        }
        output += layer.width();
        first_level += n_levels;
    }
}

}  // namespace embedding

}  // namespace errorest
