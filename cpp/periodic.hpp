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

// Which row of the weights is what.
struct Places {
    Index n_sums;
    Index n_waves;
    Index per_wave;

    explicit Places(const Layer& layer)
        : n_sums(layer.width() - 1), n_waves(layer.n_frequencies), per_wave(n_sums + 2) {}

    Index frequency(Index wave) const { return wave * per_wave; }
    Index phase(Index wave) const { return wave * per_wave + 1; }
    Index weight(Index wave, Index sum) const { return wave * per_wave + 2 + sum; }
    Index bias(Index sum) const { return n_waves * per_wave + sum; }
};

// The angles of a wave at the numbers x of columns j, j + 1, ..., in turns.
template <class T>
Vector<T> turns_of(const Places& places, const PanelMatrix<T>& weights, Index wave, Index j,
                   Vector<T> x) {
    static constexpr T turns_per_radian = T(0.15915494309189534);
    const Vector<T> frequency = load(&weights.at(places.frequency(wave), j));
    const Vector<T> phase = load(&weights.at(places.phase(wave), j));
    return frequency * x + phase * turns_per_radian;
}

// `numbers` keeps the x, which are the periodic columns of the inputs, one after the other.
template <class T>
void feedforward(const Layer& layer, const PanelMatrix<T>& weights, const PanelMatrix<T>& inputs,
                 Rows rows, PanelMatrix<T>& numbers, PanelMatrix<T>& outputs) {
    const Places places(layer);
    const Index n = layer.n_columns();
    for (Index i = rows.begin; i < rows.end; ++i) {
        pass_columns(layer, inputs, i, outputs);
        for (Index j = 0; j < n; ++j) {
            const T x = inputs.at(i, layer.columns[j]);
            numbers.at(i, j) = outputs.at(i, layer.n_passing() + j) = x;
        }
        for (Index first = 0; first < n; first += lanes<T>) {
            const Vector<T> x = load(&numbers.at(i, first));
            Vector<T> sums[most_sums];
            for (Index sum = 0; sum < places.n_sums; ++sum) {
                sums[sum] = load(&weights.at(places.bias(sum), first));
            }
            for (Index wave = 0; wave < places.n_waves; ++wave) {
                const Vector<T> cosine =
                    cosine_of_turns<T>(turns_of(places, weights, wave, first, x));
                for (Index sum = 0; sum < places.n_sums; ++sum) {
                    sums[sum] += cosine * load(&weights.at(places.weight(wave, sum), first));
                }
            }
            for (Index sum = 0; sum < places.n_sums; ++sum) {
                const Index output = layer.n_passing() + (1 + sum) * n + first;
                for (Index j = 0; j < std::min(lanes<T>, n - first); ++j) {
                    outputs.at(i, output + j) = sums[sum][j];
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
    const Places places(layer);
    const Index p = block.panel;
    const Index first_wave = block.rows.begin / places.per_wave;
    const Index last_wave = std::min(divide_up(block.rows.end, places.per_wave), places.n_waves);
    alignas(64) T grad_sums[most_sums][panel<T>] = {};
    for (Index i = 0; i < n_rows; ++i) {
        for (Index sum = 0; sum < places.n_sums; ++sum) {
            const Index output =
                layer.n_passing() + (1 + sum) * layer.n_columns() + p * panel<T>;
            for (Index j = 0; j < numbers.columns_in(p); ++j) {
                grad_sums[sum][j] = deltas.at(i, output + j);
            }
        }
        for (Index at = 0; at < numbers.columns_in(p); at += lanes<T>) {
            const auto add = [&](Index row, Vector<T> term) {
                if (row < block.rows.begin || row >= block.rows.end) return;
                T* sum = gradient.weights + (row - block.rows.begin) * panel<T> + at;
                store(sum, load(sum) + term);
            };
            const Index j = p * panel<T> + at;
            const Vector<T> x = load(&numbers.at(i, j));
            for (Index wave = first_wave; wave < last_wave; ++wave) {
                const Vector<T> turns = turns_of(places, weights, wave, j, x);
                const Vector<T> cosine = cosine_of_turns<T>(turns);
                Vector<T> grad_cosine = {};
                for (Index sum = 0; sum < places.n_sums; ++sum) {
                    const Vector<T> grad_sum = load(grad_sums[sum] + at);
                    grad_cosine += grad_sum * load(&weights.at(places.weight(wave, sum), j));
                    add(places.weight(wave, sum), cosine * grad_sum);
                }
                const Vector<T> grad_angle = -sine_of_turns<T>(turns) * grad_cosine;
                add(places.frequency(wave), grad_angle * x * radians_per_turn);
                add(places.phase(wave), grad_angle);
            }
            for (Index sum = 0; sum < places.n_sums; ++sum) {
                add(places.bias(sum), load(grad_sums[sum] + at));
            }
        }
    }
}

}  // namespace errorest::periodic
