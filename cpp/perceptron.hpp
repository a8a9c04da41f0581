#pragma once

// The perceptron's epoch: every point votes once, and moves the lines on whose wrong side it is.

#include "simd.hpp"

namespace errorest {

// parameters hold weights (n_features, n_outputs) and biases (n_outputs,), row by row. Returns
// how often a point was on the wrong side of a line when it was visited.
template <class T>
Index perceptron_epoch(T* parameters, Index n_features, Index n_outputs, const T* X,
                       const T* targets, const std::int64_t* order, Index n_visits,
                       double learning_rate) {
    T* biases = parameters + n_features * n_outputs;
    const T rate = T(learning_rate);
    Index n_mistakes = 0;
    for (Index visit = 0; visit < n_visits; ++visit) {
        const T* x = X + order[visit] * n_features;
        const T* y = targets + order[visit] * n_outputs;
        for (Index j = 0; j < n_outputs; ++j) {
            T* weights = parameters + j;
            T logit = 0;
            for (Index i = 0; i < n_features; ++i) logit += x[i] * weights[i * n_outputs];
            const T error = y[j] - (logit + biases[j] >= 0 ? T(1) : T(0));
            if (error == 0) continue;
            for (Index i = 0; i < n_features; ++i) weights[i * n_outputs] += rate * x[i] * error;
            biases[j] += rate * error;
            ++n_mistakes;
        }
    }
    return n_mistakes;
}

}  // namespace errorest
