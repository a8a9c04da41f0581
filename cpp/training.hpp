#pragma once

// Whole epochs of mini-batches, and one evaluation of the objective.

#include <optional>

#include "narrow.hpp"
#include "objective.hpp"
#include "optimizers.hpp"
#include "random_order.hpp"

namespace errorest {

struct TrainingSettings {
    Optimizer optimizer;
    const double* learning_rates;  // (n_epochs, n_batches)
    const double* regularization;  // (n_epochs, n_batches), factors for dropout and weight decay
    Index n_epochs;
    Index n_batches;
    Index batch_size;
    double l2;
    bool shuffle;
    std::uint64_t seed;
    Index first_epoch;
};

// One step of a training: the objective's gradient, handed run by run to the optimizer.
template <class T, class Objective>
class Training {
   public:
    Training(const Network& network, Objective& objective, const Optimizer& optimizer,
             const T* moments)
        : n_parameters_(network.n_parameters()),
          objective_(objective),
          optimizer_(optimizer) {
        if (optimizer.clip_norm > 0) gradient_.emplace(network);
        for (Index k = 0; k < optimizer.n_moments(); ++k) {
            moments_.emplace_back(network).read(moments + k * n_parameters_);
        }
    }

    template <class Check>
    double operator()(const Batch& batch, const OptimizerRule<T>& rule, const DropoutStep& dropout,
                      const Check& check) {
        const auto move = [&](const auto& run, const T* gradient) {
            T* moments[2] = {};
            for (std::size_t k = 0; k < moments_.size(); ++k) moments[k] = moments_[k].at(run);
            rule.update(run.size, gradient, objective_.parameters().at(run), moments[0],
                        moments[1], run.group);
        };
        if (!gradient_) return objective_.evaluate(batch, dropout, check, move);
        const double J = objective_.evaluate(
            batch, dropout, check, [&](const auto& run, const T* gradient) {
                std::copy_n(gradient, run.size, gradient_->at(run));
            });
        const double factor = clipping_factor(optimizer_, gradient_->sum_of_squares());
        objective_.for_each_run(check, [&](const auto& run) {
            T* gradient = gradient_->at(run);
            // The factor may be too small a number for T.
            for (Index i = 0; i < run.size; ++i) gradient[i] = T(factor * gradient[i]);
            move(run, gradient);
        });
        return J;
    }

    void write(T* parameters, T* moments) const {
        objective_.parameters().write(parameters);
        for (const Numbers& moment : moments_) {
            moment.write(moments);
            moments += n_parameters_;
        }
    }

   private:
    using Numbers = typename Objective::Numbers;

    Index n_parameters_;
    Objective& objective_;
    Optimizer optimizer_;
    std::optional<Numbers> gradient_;  // where it is clipped, before that
    std::vector<Numbers> moments_;
};

// The loop over epochs and batches. training(batch, rule, dropout, check) makes a step and
// returns J before it.
template <class T, class OneStep, class Check>
void run_epochs(const Network& network, Index n_samples, const TrainingSettings& settings,
                double* losses, const Check& check, OneStep& training) {
    const Index batch_size = std::min(settings.batch_size, n_samples);
    // A batch of all rows is the same in any order, unless places in the batch matter.
    const bool shuffle =
        settings.shuffle && (batch_size < n_samples || network.has_dropout());
    Buffer<std::uint32_t> order(shuffle ? n_samples : 0);
    OptimizerRule<T> rule(settings.optimizer);
    for (Index e = 0; e < settings.n_epochs; ++e) {
        const Index epoch = settings.first_epoch + e;
        if (shuffle) {
            random_order(settings.seed, static_cast<std::uint64_t>(epoch), n_samples,
                         order.data(), check);
        }
        double sum = 0;
        for (Index b = 0; b < settings.n_batches; ++b) {
            const Index first = b * batch_size;
            const Batch batch = {shuffle ? order.data() : nullptr, first,
                                 std::min(batch_size, n_samples - first)};
            const Index n_steps = epoch * settings.n_batches + b;
            const double learning_rate = settings.learning_rates[e * settings.n_batches + b];
            const double factor = settings.regularization[e * settings.n_batches + b];
            rule.begin_step(learning_rate, factor, n_steps);
            const double J = training(batch, rule, {factor, settings.seed, n_steps}, check);
            sum += J * static_cast<double>(batch.n_rows);
        }
        losses[e] = sum / static_cast<double>(n_samples);
    }
}

// Returns function(objective) for the objective that suits the network, narrow or not.
template <class T, class Function>
auto with_objective(const Network& network, const T* parameters, const Samples<T>& samples,
                    double l2, Index batch_size, const Optimizer& optimizer, Threads threads,
                    const Function& function) {
    const FlushToZero flush_to_zero;
    if (NarrowObjective<T>::serves(network, batch_size)) {
        Team team(NarrowObjective<T>::threads_for(threads, network, batch_size));
        NarrowObjective<T> objective(network, parameters, samples, l2, batch_size, team,
                                     optimizer);
        return function(objective);
    }
    Team team(threads_for(threads, cost_of_step(network, batch_size)));
    Objective<T> objective(network, parameters, samples, l2, batch_size, team);
    return function(objective);
}

// Trains in place: parameters (n_parameters,) and moments (n_moments, n_parameters) change when
// all epochs are done, and losses (n_epochs,) are filled in.
template <class T, class Check>
void train_epochs(const Network& network, T* parameters, T* moments, const Samples<T>& samples,
                  const TrainingSettings& settings, Threads threads, double* losses,
                  const Check& check) {
    const Index batch_size = std::min(settings.batch_size, samples.n_samples);
    with_objective(network, parameters, samples, settings.l2, batch_size, settings.optimizer,
                   threads, [&](auto& objective) {
        Training<T, std::decay_t<decltype(objective)>> training(network, objective,
                                                                settings.optimizer, moments);
        run_epochs<T>(network, samples.n_samples, settings, losses, check, training);
        training.write(parameters, moments);
    });
}

// Returns J over all rows and fills in its gradient (n_parameters,).
template <class T, class Check>
double loss_and_gradient(const Network& network, const T* parameters, const Samples<T>& samples,
                         double l2, Threads threads, const Check& check, T* gradient) {
    const Batch all_rows = {nullptr, 0, samples.n_samples};
    return with_objective(network, parameters, samples, l2, all_rows.n_rows, {}, threads,
                          [&](auto& objective) {
        typename std::decay_t<decltype(objective)>::Numbers numbers(network);
        const double J = objective.evaluate(
            all_rows, {}, check, [&](const auto& run, const T* computed) {
                std::copy_n(computed, run.size, numbers.at(run));
            });
        numbers.write(gradient);
        return J;
    });
}

}  // namespace errorest
