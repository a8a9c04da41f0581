#pragma once

// The perceptron's epoch: every point votes once, and moves the lines on whose wrong side it is.

#include <algorithm>
#include <cmath>
#include <tuple>

#include "simd.hpp"

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

// parameters, and penalised, hold weights (n_features, n_outputs) and biases (n_outputs,), row by
// row; sample_weight may be null. Returns how often a point was on the wrong side of a line when
// it was visited, and the sum of the losses and penalties before the lines moved.
template <class T>
std::tuple<Index, double> perceptron_epoch(T* parameters, T* penalised, Index n_features,
                                           Index n_outputs, const T* X, const T* targets,
                                           const T* sample_weight, const std::int64_t* order,
                                           Index n_visits, Index n_visits_before,
                                           const PerceptronRule& rule) {
    T* biases = parameters + n_features * n_outputs;
    const T shrinking = T(std::max(0.0, 1 - rule.learning_rate * rule.l2));
    Index n_mistakes = 0;
    double loss = 0;
    for (Index visit = 0; visit < n_visits; ++visit) {
        const T* x = X + order[visit] * n_features;
        const T* y = targets + order[visit] * n_outputs;
        const T rate =
            T(rule.learning_rate) * (sample_weight ? sample_weight[order[visit]] : T(1));
        const T total = T(rule.learning_rate * rule.l1 * double(n_visits_before + visit + 1));
        for (Index j = 0; j < n_outputs; ++j) {
            T* weights = parameters + j;
            T logit = 0;
            for (Index i = 0; i < n_features; ++i) logit += x[i] * weights[i * n_outputs];
            logit += biases[j];
            const T error = y[j] - (logit >= 0 ? T(1) : T(0));
            if (error != 0) {
                ++n_mistakes;
                loss += std::abs(double(logit));
            }
            if (rule.l2 != 0 || rule.l1 != 0) {
                for (Index i = 0; i < n_features; ++i) {
                    T& weight = weights[i * n_outputs];
                    loss += rule.l2 / 2 * double(weight) * double(weight);
                    loss += rule.l1 * std::abs(double(weight));
                    weight *= shrinking;
                }
            }
            if (error != 0) {
                const T move = rate * error;
                for (Index i = 0; i < n_features; ++i) weights[i * n_outputs] += x[i] * move;
                if (rule.fit_intercept) biases[j] += move;
            }
            if (rule.l1 != 0) {
                T* drawn = penalised + j;
                for (Index i = 0; i < n_features * n_outputs; i += n_outputs)
                    weights[i] = drawn_to_zero(weights[i], drawn[i], total);
            }
        }
    }
    return {n_mistakes, loss};
}

}  // namespace errorest
