#pragma once

// The perceptron's epoch: every point votes once, and moves the lines on whose wrong side it is.

#include <algorithm>
#include <cmath>
#include <tuple>

#include "flush_to_zero.hpp"
#include "matrix.hpp"
#include "network.hpp"

namespace errorest {

struct PerceptronRule {
    double learning_rate;
    double l2;
    double l1;
    bool fit_intercept;
};

// Returns a weight after the L1 penalty that is due, and adds it to what was drawn before.
template <class T>
T drawn_to_zero(T weight, T& penalised, T total) {
    T drawn = 0;
    if (weight > 0) drawn = std::max(weight - (total + penalised), T(0));
    if (weight < 0) drawn = std::min(weight + (total - penalised), T(0));
    penalised += drawn - weight;
    return drawn;
}

// The lines' weights, each line's side by side, which are columns (n_features, n_outputs) outside.
// Zeros fill up a whole number of vectors.
template <class T>
class Lines {
   public:
    Lines(const T* columns, Index n_features, Index n_outputs)
        : n_features_(n_features),
          n_outputs_(n_outputs),
          size_(round_up(n_features, 2 * lanes<double>)),
          memory_(size_ * n_outputs) {
        for (Index i = 0; i < n_features; ++i) {
            for (Index j = 0; j < n_outputs; ++j) (*this)[j][i] = columns[i * n_outputs + j];
        }
    }

    // How many numbers a line has, with the zeros.
    Index size() const { return size_; }
    T* operator[](Index j) { return memory_.data() + j * size_; }

    void write(T* columns) {
        for (Index i = 0; i < n_features_; ++i) {
            for (Index j = 0; j < n_outputs_; ++j) columns[i * n_outputs_ + j] = (*this)[j][i];
        }
    }

   private:
    Index n_features_;
    Index n_outputs_;
    Index size_;
    Buffer<T> memory_;
};

// The sum of n products, in four strands that do not wait for each other.
template <class T>
T dot(const T* x, const T* weights, Index n) {
    constexpr Index n_strands = 4;
    Vector<T> sums[n_strands] = {};
    Index i = 0;
    for (; i + n_strands * lanes<T> <= n; i += n_strands * lanes<T>) {
        for (Index strand = 0; strand < n_strands; ++strand) {
            const Index at = i + strand * lanes<T>;
            sums[strand] += load(x + at) * load(weights + at);
        }
    }
    for (; i + lanes<T> <= n; i += lanes<T>) sums[0] += load(x + i) * load(weights + i);
    T sum = sum_of_lanes<T>((sums[0] + sums[1]) + (sums[2] + sums[3]));
    for (; i < n; ++i) sum += x[i] * weights[i];
    return sum;
}

// The sum of term(w) over a line's n weights, in double precision.
template <class T, class Term>
double sum_of(const T* weights, Index n, const Term& term) {
    const auto term_at = [&](Index i) {
        VectorOf<T, lanes<double>> numbers;
        __builtin_memcpy(&numbers, weights + i, sizeof numbers);
        return term(__builtin_convertvector(numbers, Vector<double>));
    };
    Vector<double> sums[2] = {};
    for (Index i = 0; i < n; i += 2 * lanes<double>) {
        sums[0] += term_at(i);
        sums[1] += term_at(i + lanes<double>);
    }
    return sum_of_lanes<double>(sums[0] + sums[1]);
}

// parameters, and penalised, hold weights (n_features, n_outputs) and biases (n_outputs,), row by
// row. Returns how often a point was on the wrong side of a line when it was visited, and the sum
// of the losses and penalties before the lines moved. check(cost) is called before every visit, and
// may throw.
template <class T, class Check>
std::tuple<Index, double> perceptron_epoch(T* parameters, T* penalised, Index n_outputs,
                                           const Samples<T>& samples, const std::int64_t* order,
                                           Index n_visits, Index n_visits_before,
                                           const PerceptronRule& rule, const Check& check) {
    static constexpr Index fetch_distance = 16;  // in visits
    const FlushToZero flush_to_zero;
    const Index n_features = samples.n_features;
    Lines<T> lines(parameters, n_features, n_outputs);
    Lines<T> drawn(penalised, n_features, n_outputs);
    T* biases = parameters + n_features * n_outputs;
    const T shrinking = T(std::max(0.0, 1 - rule.learning_rate * rule.l2));
    Index n_mistakes = 0;
    double loss = 0;
    const double cost_of_visit = 4.0 * static_cast<double>((n_features + 1) * n_outputs);
    for (Index visit = 0; visit < n_visits; ++visit) {
        check(cost_of_visit);
        if (visit + fetch_distance < n_visits) samples.fetch(order[visit + fetch_distance]);
        const Index row = order[visit];
        const T* x = samples.X + row * n_features;
        const T* y = samples.targets.values + row * n_outputs;
        const T weight = samples.sample_weight ? samples.sample_weight[row] : T(1);
        const T rate = T(rule.learning_rate) * weight;
        const T total = T(rule.learning_rate * rule.l1 * double(n_visits_before + visit + 1));
        for (Index j = 0; j < n_outputs; ++j) {
            T* weights = lines[j];
            const T logit = dot(x, weights, n_features) + biases[j];
            const T error = y[j] - (logit >= 0 ? T(1) : T(0));
            if (error != 0) {
                ++n_mistakes;
                loss += std::abs(double(logit));
            }
            if (rule.l1 != 0) loss += rule.l1 * sum_of(weights, lines.size(), absolute<double>);
            if (rule.l2 != 0) {
                const auto square = [](Vector<double> w) { return w * w; };
                loss += rule.l2 / 2 * sum_of(weights, lines.size(), square);
                for (Index i = 0; i < n_features; ++i) weights[i] *= shrinking;
            }
            if (error != 0) {
                const T move = rate * error;
                for (Index i = 0; i < n_features; ++i) weights[i] += x[i] * move;
                if (rule.fit_intercept) biases[j] += move;
            }
            if (rule.l1 != 0) {
                for (Index i = 0; i < n_features; ++i) {
                    weights[i] = drawn_to_zero(weights[i], drawn[j][i], total);
                }
            }
        }
    }
    lines.write(parameters);
    drawn.write(penalised);
    return {n_mistakes, loss};
}

}  // namespace errorest
