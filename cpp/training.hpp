#pragma once

// Whole epochs of mini-batches, and one evaluation of the objective.

#include "linear.hpp"
#include "objective.hpp"
#include "optimizers.hpp"
#include "random_order.hpp"

namespace errorest {

struct TrainingSettings {
    Optimizer optimizer;
    const double* learning_rates;  // (n_epochs, n_batches)
    Index n_epochs;
    Index n_batches;
    Index batch_size;
    double l2;
    bool shuffle;
    std::uint64_t seed;
    Index first_epoch;
};

// One step of a training: the objective's gradient, handed block by block to the optimizer.
template <class T>
class Training {
   public:
    Training(const Network& network, Objective<T>& objective, const Optimizer& optimizer,
             const T* moments)
        : n_parameters_(network.n_parameters()), objective_(objective) {
        for (Index k = 0; k < optimizer.n_moments(); ++k) {
            moments_.push_back(make_parameters<T>(network));
            read_flat(moments + k * n_parameters_, moments_.back());
        }
    }

    double operator()(const Batch& batch, const OptimizerStep<T>& rule,
                      const DropoutStep& dropout) {
        return objective_.evaluate(batch, dropout, [&](const Block& block,
                                                       const BlockGradient<T>& gradient) {
            Parameters<T>& layer = objective_.layers()[block.layer];
            rule.update(block.rows.size() * panel<T>, gradient.weights,
                        layer.weights.row(block.rows.begin, block.panel), weight_moment(0, block),
                        weight_moment(1, block), true);
            if (block.has_biases()) {
                rule.update(panel<T>, gradient.biases, layer.biases.row(0, block.panel),
                            bias_moment(0, block), bias_moment(1, block), false);
            }
            objective_.refresh_transposed(block);
        });
    }

    void write(T* parameters, T* moments) const {
        write_flat(objective_.layers(), parameters);
        for (const std::vector<Parameters<T>>& moment : moments_) {
            write_flat(moment, moments);
            moments += n_parameters_;
        }
    }

   private:
    T* weight_moment(std::size_t k, const Block& block) {
        if (k >= moments_.size()) return nullptr;
        return moments_[k][block.layer].weights.row(block.rows.begin, block.panel);
    }

    T* bias_moment(std::size_t k, const Block& block) {
        if (k >= moments_.size()) return nullptr;
        return moments_[k][block.layer].biases.row(0, block.panel);
    }

    Index n_parameters_;
    Objective<T>& objective_;
    std::vector<std::vector<Parameters<T>>> moments_;
};

// The same for a single unit, whose parameters are a short vector.
template <class T>
class LinearTraining {
   public:
    LinearTraining(LinearObjective<T>& objective, Index n_features, const Optimizer& optimizer,
                   const T* moments)
        : n_features_(n_features), objective_(objective), n_moments_(optimizer.n_moments()) {
        for (Index k = 0; k < n_moments_; ++k) {
            moments_[k] = Buffer<T>(n_features + 1);
            std::copy_n(moments + k * (n_features + 1), n_features + 1, moments_[k].data());
        }
    }

    double operator()(const Batch& batch, const OptimizerStep<T>& rule, const DropoutStep&) {
        const double J = objective_.evaluate(batch);
        move(rule, 0, n_features_, true);
        move(rule, n_features_, 1, false);
        return J;
    }

    void write(T* parameters, T* moments) const {
        std::copy_n(objective_.parameters(), n_features_ + 1, parameters);
        for (Index k = 0; k < n_moments_; ++k) {
            std::copy_n(moments_[k].data(), n_features_ + 1, moments + k * (n_features_ + 1));
        }
    }

   private:
    void move(const OptimizerStep<T>& rule, Index first, Index n, bool decayed) {
        const auto moment = [&](Index k) {
            return k < n_moments_ ? moments_[k].data() + first : nullptr;
        };
        rule.update(n, objective_.gradient() + first, objective_.parameters() + first, moment(0),
                    moment(1), decayed);
    }

    Index n_features_;
    LinearObjective<T>& objective_;
    Index n_moments_;
    Buffer<T> moments_[2];
};

// The loop over epochs and batches. training(batch, rule, dropout) makes a step and returns J
// before it; check() is called between steps and may throw.
template <class T, class OneStep, class Check>
void run_epochs(const Network& network, Index n_samples, const TrainingSettings& settings,
                double* losses, const Check& check, OneStep& training) {
    const Index batch_size = std::min(settings.batch_size, n_samples);
    // A batch of all rows is the same in any order, unless places in the batch matter.
    const bool shuffle =
        settings.shuffle && (batch_size < n_samples || network.has_dropout());
    RandomOrder random_order(shuffle ? n_samples : 0);
    for (Index e = 0; e < settings.n_epochs; ++e) {
        const Index epoch = settings.first_epoch + e;
        const std::uint32_t* order =
            shuffle ? random_order.shuffle(settings.seed, static_cast<std::uint64_t>(epoch))
                    : nullptr;
        double sum = 0;
        for (Index b = 0; b < settings.n_batches; ++b) {
            check();
            const Index first = b * batch_size;
            const Batch batch = {order, first, std::min(batch_size, n_samples - first)};
            const Index n_steps = epoch * settings.n_batches + b;
            const double learning_rate = settings.learning_rates[e * settings.n_batches + b];
            const OptimizerStep<T> rule(settings.optimizer, learning_rate, n_steps);
            const double J = training(batch, rule, {true, settings.seed, n_steps});
            sum += J * static_cast<double>(batch.n_rows);
        }
        losses[e] = sum / static_cast<double>(n_samples);
    }
}

// Trains in place: parameters (n_parameters,) and moments (n_moments, n_parameters) change when
// all epochs are done, and losses (n_epochs,) are filled in.
template <class T, class Check>
void train_epochs(const Network& network, T* parameters, T* moments, const Samples<T>& samples,
                  const TrainingSettings& settings, Index n_threads, double* losses,
                  const Check& check) {
    const FlushToZero flush_to_zero;
    const Index batch_size = std::min(settings.batch_size, samples.n_samples);
    if (LinearObjective<T>::serves(network, samples)) {
        Team team(LinearObjective<T>::threads_for(n_threads, network, batch_size));
        LinearObjective<T> objective(network, parameters, samples, settings.l2, batch_size, team);
        LinearTraining<T> training(objective, network.n_features(), settings.optimizer, moments);
        run_epochs<T>(network, samples.n_samples, settings, losses, check, training);
        training.write(parameters, moments);
    } else {
        Team team(team_size(n_threads, cost_of_step(network, batch_size)));
        Objective<T> objective(network, parameters, samples, settings.l2, batch_size, team);
        Training<T> training(network, objective, settings.optimizer, moments);
        run_epochs<T>(network, samples.n_samples, settings, losses, check, training);
        training.write(parameters, moments);
    }
}

// Returns J over all rows and fills in its gradient (n_parameters,).
template <class T>
double loss_and_gradient(const Network& network, const T* parameters, const Samples<T>& samples,
                         double l2, Index n_threads, T* gradient) {
    const FlushToZero flush_to_zero;
    const Batch all_rows = {nullptr, 0, samples.n_samples};
    if (LinearObjective<T>::serves(network, samples)) {
        Team team(LinearObjective<T>::threads_for(n_threads, network, samples.n_samples));
        LinearObjective<T> objective(network, parameters, samples, l2, samples.n_samples, team);
        const double J = objective.evaluate(all_rows);
        std::copy_n(objective.gradient(), network.n_parameters(), gradient);
        return J;
    }
    Team team(team_size(n_threads, cost_of_step(network, samples.n_samples)));
    Objective<T> objective(network, parameters, samples, l2, samples.n_samples, team);
    std::vector<Parameters<T>> gradients = make_parameters<T>(network);
    const double J = objective.evaluate(
        all_rows, {}, [&](const Block& block, const BlockGradient<T>& computed) {
            computed.copy_to(block, gradients[block.layer]);
        });
    write_flat(gradients, gradient);
    return J;
}

}  // namespace errorest
