#pragma once

// Optimizers (errorest/maths/optimizers.py), on a run of neighbouring parameters.

#include <cmath>

#include "elementary.hpp"
#include "layer.hpp"

namespace errorest {

enum class OptimizerKind { sgd, momentum, nesterov, adam, adamw };

struct Optimizer {
    OptimizerKind kind = OptimizerKind::sgd;
    double momentum = 0;
    double beta_1 = 0;
    double beta_2 = 0;
    double epsilon = 0;
    double weight_decay = 0;
    double clip_norm = 0;  // how long a gradient may be; 0 for any length

    Index n_moments() const {
        if (kind == OptimizerKind::sgd) return 0;
        return kind == OptimizerKind::adam || kind == OptimizerKind::adamw ? 2 : 1;
    }
};

// The squares of large numbers are none in float32.
template <class T>
double sum_of_squares(const T* numbers, Index n) {
    double sum = 0;
    for (Index i = 0; i < n; ++i) {
        sum += static_cast<double>(numbers[i]) * static_cast<double>(numbers[i]);
    }
    return sum;
}

// By which factor a gradient is shortened, given the sum of its squares.
inline double clipping_factor(const Optimizer& optimizer, double squares) {
    const double length = std::sqrt(squares);
    return length > optimizer.clip_norm ? optimizer.clip_norm / length : 1;
}

// The rule of a training's steps, with all that does not change from parameter to parameter worked
// out.
template <class T>
class OptimizerRule {
   public:
    explicit OptimizerRule(const Optimizer& optimizer)
        : kind_(optimizer.kind),
          momentum_(T(optimizer.momentum)),
          beta_1_(T(optimizer.beta_1)),
          beta_2_(T(optimizer.beta_2)),
          new_share_1_(T(1 - optimizer.beta_1)),
          new_share_2_(T(1 - optimizer.beta_2)),
          epsilon_(T(optimizer.epsilon)),
          weight_decay_(optimizer.weight_decay) {
        log_betas_[0] = std::log(optimizer.beta_1);
        log_betas_[1] = std::log(optimizer.beta_2);
    }

    // To be called before each step; `decay` multiplies the weight decay.
    void begin_step(double learning_rate, double decay, Index n_steps) {
        learning_rate_ = T(learning_rate);
        shrinkage_ = T(learning_rate * weight_decay_ * decay);
        // 1 / (1 - beta^n)
        const Vector<double> unbias =
            -1 / expm1<double>(static_cast<double>(n_steps + 1) * log_betas_);
        unbias_1_ = T(unbias[0]);
        unbias_2_ = T(unbias[1]);
    }

    // Moves the n parameters w of a group by their gradients g. m and s are their moments, as far
    // as there are any.
    void update(Index n, const T* __restrict g, T* __restrict w, T* __restrict m, T* __restrict s,
                const Group& group) const {
        const T learning_rate = learning_rate_ * T(group.rate);
        switch (kind_) {
            case OptimizerKind::sgd:
                for (Index i = 0; i < n; ++i) w[i] -= learning_rate * g[i];
                return;
            case OptimizerKind::momentum:
                for (Index i = 0; i < n; ++i) {
                    m[i] = momentum_ * m[i] - learning_rate * g[i];
                    w[i] += m[i];
                }
                return;
            case OptimizerKind::nesterov:
                for (Index i = 0; i < n; ++i) {
                    m[i] = momentum_ * m[i] - learning_rate * g[i];
                    w[i] += momentum_ * m[i] - learning_rate * g[i];
                }
                return;
            case OptimizerKind::adam:
            case OptimizerKind::adamw:
                adam(n, g, w, m, s, learning_rate, shrinkage_ * T(group.decay));
                return;
        }
    }

   private:
    void adam(Index n, const T* __restrict g, T* __restrict w, T* __restrict mean,
              T* __restrict square, T learning_rate, T shrinkage) const {
        for (Index i = 0; i < n; ++i) {
            mean[i] = beta_1_ * mean[i] + new_share_1_ * g[i];
            square[i] = beta_2_ * square[i] + new_share_2_ * (g[i] * g[i]);
            const T spread = std::sqrt(square[i] * unbias_2_) + epsilon_;
            w[i] = w[i] - shrinkage * w[i] - learning_rate * (mean[i] * unbias_1_) / spread;
        }
    }

    OptimizerKind kind_;
    T momentum_;
    T beta_1_;
    T beta_2_;
    T new_share_1_;
    T new_share_2_;
    T epsilon_;
    double weight_decay_;
    Vector<double> log_betas_ = {};
    T learning_rate_ = 0;
    T shrinkage_ = 0;
    T unbias_1_ = 1;
    T unbias_2_ = 1;
};

}  // namespace errorest
