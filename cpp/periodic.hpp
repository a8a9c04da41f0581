#pragma once

// Numbers that are joined by sums of their waves (errorest/network/periodic.py).
//
// The lanes are columns. The weights have a column for each periodic column, and for each of its
// waves the rows frequency, phase, and one weight for each sum; the last rows are the biases of the
// sums.

#include "embedding.hpp"
#include "cosine.hpp"

namespace errorest::periodic {

inline constexpr Index most_sums = 7;

inline Index n_sums(const Layer& layer) { return layer.width() - 1; }

// The angles of a wave at the numbers x, lane by lane, in turns.
template <class T>
Vector<T> turns_of(const Layer& layer, const PanelMatrix<T>& weights, Index wave, Index p,
                   Index at, Vector<T> x) {
    static constexpr T turns_per_radian = T(0.15915494309189534);
    const Index row = wave * (layer.width() + 1);
    const Vector<T> frequency = load(weights.row(row, p) + at);
    const Vector<T> phase = load(weights.row(row + 1, p) + at);
    return frequency * x + phase * turns_per_radian;
}

// The weight of a wave in a sum.
template <class T>
Vector<T> weight_of(const Layer& layer, const PanelMatrix<T>& weights, Index wave, Index sum,
                    Index p, Index at) {
    return load(weights.row(wave * (layer.width() + 1) + 2 + sum, p) + at);
}

// `numbers` keeps the x, which are the periodic columns of the inputs, one after the other.
template <class T>
void feedforward(const Layer& layer, const PanelMatrix<T>& weights, const PanelMatrix<T>& inputs,
                 Rows rows, PanelMatrix<T>& numbers, PanelMatrix<T>& outputs) {
    const Index n = layer.n_columns();
    alignas(64) T lanes_of_sum[lanes<T>];
    for (Index i = rows.begin; i < rows.end; ++i) {
        pass_columns(layer, inputs, i, outputs);
        for (Index j = 0; j < n; ++j) {
            const T x = inputs.at(i, layer.columns[j]);
            numbers.at(i, j) = outputs.at(i, layer.n_passing() + j) = x;
        }
        for (Index first = 0; first < n; first += lanes<T>) {
            const Index p = first / panel<T>;
            const Index at = first % panel<T>;
            const Vector<T> x = load(numbers.row(i, p) + at);
            Vector<T> sums[most_sums];
            for (Index sum = 0; sum < n_sums(layer); ++sum) {
                sums[sum] = load(weights.row(layer.n_frequencies * (layer.width() + 1) + sum, p) + at);
            }
            for (Index wave = 0; wave < layer.n_frequencies; ++wave) {
                const Vector<T> cosine =
                    cosine_of_turns<T>(turns_of(layer, weights, wave, p, at, x));
                for (Index sum = 0; sum < n_sums(layer); ++sum) {
                    sums[sum] += cosine * weight_of(layer, weights, wave, sum, p, at);
                }
            }
            for (Index sum = 0; sum < n_sums(layer); ++sum) {
                store(lanes_of_sum, sums[sum]);
                const Index output = layer.n_passing() + (1 + sum) * n + first;
                for (Index j = 0; j < std::min(lanes<T>, n - first); ++j) {
                    outputs.at(i, output + j) = lanes_of_sum[j];
                }
            }
        }
    }
}

// The gradient of the rows of weights in a block. A wave is worked out again for each block that
// has rows of it.
template <class T>
void add_up(const Layer& layer, const PanelMatrix<T>& weights, const Block& block,
            const PanelMatrix<T>& numbers, const PanelMatrix<T>& deltas, Index n_rows,
            BlockGradient<T>& gradient) {
    static constexpr T radians_per_turn = T(6.283185307179586);
    std::fill_n(gradient.weights, block.rows.size() * panel<T>, T(0));
    const Index n = layer.n_columns();
    const Index rows_per_wave = layer.width() + 1;
    const Index first_bias = layer.n_frequencies * rows_per_wave;
    const Index p = block.panel;
    const auto add = [&](Index row, Index at, Vector<T> term) {
        if (row < block.rows.begin || row >= block.rows.end) return;
        T* sum = gradient.weights + (row - block.rows.begin) * panel<T> + at;
        store(sum, load(sum) + term);
    };
    alignas(64) T grad_sums[most_sums][panel<T>] = {};
    for (Index i = 0; i < n_rows; ++i) {
        for (Index sum = 0; sum < n_sums(layer); ++sum) {
            const Index output = layer.n_passing() + (1 + sum) * n + p * panel<T>;
            for (Index j = 0; j < numbers.columns_in(p); ++j) {
                grad_sums[sum][j] = deltas.at(i, output + j);
            }
        }
        for (Index v = 0; v < numbers.vectors_in(p); ++v) {
            const Index at = v * lanes<T>;
            const Vector<T> x = load(numbers.row(i, p) + at);
            const Index last_wave =
                std::min((block.rows.end - 1) / rows_per_wave + 1, layer.n_frequencies);
            for (Index wave = block.rows.begin / rows_per_wave; wave < last_wave; ++wave) {
                const Vector<T> turns = turns_of(layer, weights, wave, p, at, x);
                const Vector<T> cosine = cosine_of_turns<T>(turns);
                Vector<T> grad_cosine = {};
                for (Index sum = 0; sum < n_sums(layer); ++sum) {
                    const Vector<T> grad_sum = load(grad_sums[sum] + at);
                    grad_cosine += grad_sum * weight_of(layer, weights, wave, sum, p, at);
                    add(wave * rows_per_wave + 2 + sum, at, cosine * grad_sum);
                }
                const Vector<T> grad_angle = -sine_of_turns<T>(turns) * grad_cosine;
                add(wave * rows_per_wave, at, grad_angle * x * radians_per_turn);
                add(wave * rows_per_wave + 1, at, grad_angle);
            }
            for (Index sum = 0; sum < n_sums(layer); ++sum) {
                add(first_bias + sum, at, load(grad_sums[sum] + at));
            }
        }
    }
}

}  // namespace errorest::periodic
