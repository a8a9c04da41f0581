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

// A wave of neighbouring columns: of each, its frequency, its phase in turns, and its weights.
template <class T, Index n_sums>
struct Wave {
    Vector<T> frequency;
    Vector<T> phase;
    Vector<T> weights[n_sums];

    Wave(const Places& places, const PanelMatrix<T>& parameters, Index wave, Index j)
        : frequency(load(&parameters.at(places.frequency(wave), j))),
          phase(load(&parameters.at(places.phase(wave), j)) * T(1 / radians_per_turn)) {
        for (Index sum = 0; sum < n_sums; ++sum) {
            weights[sum] = load(&parameters.at(places.weight(wave, sum), j));
        }
    }

    Vector<T> turns_at(Vector<T> x) const { return frequency * x + phase; }
};

// How many columns of a vector from column j on are real.
template <class T>
Index n_real(const Layer& layer, Index j) {
    return std::min(lanes<T>, layer.n_columns() - j);
}

// Where the outputs have a sum of column j.
inline Index place_of_sum(const Layer& layer, Index sum, Index j) {
    return layer.n_passing() + (1 + sum) * layer.n_columns() + j;
}

// The sums of columns j, j + 1, ...
template <Index n_sums, class T>
void add_waves(const Layer& layer, const PanelMatrix<T>& weights, Index j, Rows rows,
               const PanelMatrix<T>& numbers, PanelMatrix<T>& outputs) {
    const Places places(layer);
    for (Index i = rows.begin; i < rows.end; ++i) {
        const Vector<T> x = load(&numbers.at(i, j));
        Vector<T> sums[n_sums];
        for (Index sum = 0; sum < n_sums; ++sum) {
            sums[sum] = load(&weights.at(places.bias(sum), j));
        }
        for (Index number = 0; number < places.n_waves; ++number) {
            const Wave<T, n_sums> wave(places, weights, number, j);
            const Vector<T> cosine = cosine_of_turns<T>(wave.turns_at(x));
            for (Index sum = 0; sum < n_sums; ++sum) sums[sum] += cosine * wave.weights[sum];
        }
        for (Index sum = 0; sum < n_sums; ++sum) {
            outputs.set_columns(i, place_of_sum(layer, sum, j), n_real<T>(layer, j), sums[sum]);
        }
    }
}

// `numbers` keeps the x, which are the periodic columns of the inputs, one after the other.
template <class T>
void feedforward(const Layer& layer, const PanelMatrix<T>& weights, const PanelMatrix<T>& inputs,
                 Rows rows, PanelMatrix<T>& numbers, PanelMatrix<T>& outputs) {
    const Index n = layer.n_columns();
    for (Index i = rows.begin; i < rows.end; ++i) {
        pass_columns(layer, inputs, i, outputs);
        for (Index j = 0; j < n; ++j) {
            const T x = inputs.at(i, layer.columns[j]);
            numbers.at(i, j) = outputs.at(i, layer.n_passing() + j) = x;
        }
    }
    with_constant<most_sums>(layer.width() - 1, [&](auto n_sums) {
        for (Index j = 0; j < n; j += lanes<T>) {
            add_waves<n_sums>(layer, weights, j, rows, numbers, outputs);
        }
    });
}

// The deltas of some rows' sums of neighbouring columns.
template <class T, Index n_sums>
struct GradSums {
    static constexpr Index most_rows = 32;

    Vector<T> at[most_rows][n_sums];

    GradSums(const Layer& layer, const PanelMatrix<T>& deltas, Index j, Rows rows) {
        for (Index i = rows.begin; i < rows.end; ++i) {
            for (Index sum = 0; sum < n_sums; ++sum) {
                at[i - rows.begin][sum] =
                    deltas.columns(i, place_of_sum(layer, sum, j), n_real<T>(layer, j));
            }
        }
    }
};

// Adds what some rows say of a block's parameters of columns j, j + 1, ... A wave is worked out
// for each block that has rows of it.
template <Index n_sums, class T>
void add_rows(const Layer& layer, const PanelMatrix<T>& weights, const Block& block, Index j,
              Rows rows, const PanelMatrix<T>& numbers, const PanelMatrix<T>& deltas,
              BlockGradient<T>& gradient) {
    const Places places(layer);
    const GradSums<T, n_sums> grad_sums(layer, deltas, j, rows);
    const auto add = [&](Index row, Vector<T> term) {
        if (row < block.rows.begin || row >= block.rows.end) return;
        T* sum = gradient.weights + (row - block.rows.begin) * panel<T> + j % panel<T>;
        store(sum, load(sum) + term);
    };
    const Index first = block.rows.begin / places.per_wave;
    const Index last = std::min(divide_up(block.rows.end, places.per_wave), places.n_waves);
    for (Index number = first; number < last; ++number) {
        const Wave<T, n_sums> wave(places, weights, number, j);
        Vector<T> grad_frequency = {}, grad_phase = {}, grad_weights[n_sums] = {};
        for (Index i = 0; i < rows.size(); ++i) {
            const Vector<T> x = load(&numbers.at(rows.begin + i, j));
            const Vector<T> turns = wave.turns_at(x);
            const Vector<T> cosine = cosine_of_turns<T>(turns);
            Vector<T> grad_cosine = {};
            for (Index sum = 0; sum < n_sums; ++sum) {
                grad_cosine += grad_sums.at[i][sum] * wave.weights[sum];
                grad_weights[sum] += cosine * grad_sums.at[i][sum];
            }
            const Vector<T> grad_angle = -sine_of_turns<T>(turns) * grad_cosine;
            grad_frequency += grad_angle * x;
            grad_phase += grad_angle;
        }
        add(places.frequency(number), grad_frequency * T(radians_per_turn));
        add(places.phase(number), grad_phase);
        for (Index sum = 0; sum < n_sums; ++sum) {
            add(places.weight(number, sum), grad_weights[sum]);
        }
    }
    for (Index sum = 0; sum < n_sums; ++sum) {
        for (Index i = 0; i < rows.size(); ++i) add(places.bias(sum), grad_sums.at[i][sum]);
    }
}

// The gradient of the rows of weights in a block.
template <class T>
void add_up(const Layer& layer, const PanelMatrix<T>& weights, const Block& block,
            const PanelMatrix<T>& numbers, const PanelMatrix<T>& deltas, Index n_rows,
            BlockGradient<T>& gradient) {
    std::fill_n(gradient.weights, block.rows.size() * panel<T>, T(0));
    with_constant<most_sums>(layer.width() - 1, [&](auto n_sums) {
        static constexpr Index most_rows = GradSums<T, n_sums>::most_rows;
        for (Index begin = 0; begin < n_rows; begin += most_rows) {
            const Rows rows{begin, std::min(begin + most_rows, n_rows)};
            for (Index at = 0; at < numbers.columns_in(block.panel); at += lanes<T>) {
                const Index j = block.panel * panel<T> + at;
                add_rows<n_sums>(layer, weights, block, j, rows, numbers, deltas, gradient);
            }
        }
    });
}

}  // namespace errorest::periodic
