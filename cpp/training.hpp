#pragma once

// Whole epochs of mini-batches, and one evaluation of the objective.

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

// How many floating-point operations one batch costs.
inline double cost_of_batch(const Network& network, Index n_rows) {
    return 6.0 * static_cast<double>(n_rows) * static_cast<double>(network.n_parameters());
}

// Two threads need longer than one for less than this at a time.
inline constexpr double worth_sharing = 6e6;

inline Index team_size(Index n_threads, double cost) {
    return cost < worth_sharing ? 1 : std::max<Index>(n_threads, 1);
}

// Trains in place: parameters (n_parameters,) and moments (n_moments, n_parameters) change when
// all epochs are done, and losses (n_epochs,) are filled in. `check` is called between steps and
// may throw.
template <class T, class Check>
void train_epochs(const Network& network, T* parameters, T* moments, const Samples<T>& samples,
                  const TrainingSettings& settings, Index n_threads, double* losses,
                  const Check& check) {
    const FlushToZero flush_to_zero;
    const Index n_samples = samples.n_samples;
    const Index batch_size = std::min(settings.batch_size, n_samples);
    Team team(team_size(n_threads, cost_of_batch(network, batch_size)));
    Objective<T> objective(network, parameters, samples, settings.l2, batch_size, team);

    std::vector<std::vector<Parameters<T>>> all_moments;
    for (Index k = 0; k < settings.optimizer.n_moments(); ++k) {
        all_moments.push_back(make_parameters<T>(network));
        read_flat(moments + k * network.n_parameters(), all_moments.back());
    }
    const auto weight_moment = [&](Index k, const Block& block) {
        if (k >= static_cast<Index>(all_moments.size())) return static_cast<T*>(nullptr);
        return all_moments[k][block.layer].weights.row(block.rows.begin, block.panel);
    };
    const auto bias_moment = [&](Index k, const Block& block) {
        if (k >= static_cast<Index>(all_moments.size())) return static_cast<T*>(nullptr);
        return all_moments[k][block.layer].biases.row(0, block.panel);
    };

    // A batch of all rows is the same in any order.
    const bool shuffle = settings.shuffle && batch_size < n_samples;
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
            const OptimizerStep<T> step(settings.optimizer,
                                        settings.learning_rates[e * settings.n_batches + b],
                                        epoch * settings.n_batches + b);
            const double J = objective.evaluate(batch, [&](const Block& block,
                                                           const BlockGradient<T>& gradient) {
                Parameters<T>& layer = objective.layers()[block.layer];
                step.update(block.rows.size() * panel<T>, gradient.weights,
                            layer.weights.row(block.rows.begin, block.panel),
                            weight_moment(0, block), weight_moment(1, block), true);
                if (block.has_biases()) {
                    step.update(panel<T>, gradient.biases, layer.biases.row(0, block.panel),
                                bias_moment(0, block), bias_moment(1, block), false);
                }
                objective.refresh_transposed(block);
            });
            sum += J * static_cast<double>(batch.n_rows);
        }
        losses[e] = sum / static_cast<double>(n_samples);
    }

    write_flat(objective.layers(), parameters);
    for (Index k = 0; k < settings.optimizer.n_moments(); ++k) {
        write_flat(all_moments[k], moments + k * network.n_parameters());
    }
}

// Returns J over all rows and fills in its gradient (n_parameters,).
template <class T>
double loss_and_gradient(const Network& network, const T* parameters, const Samples<T>& samples,
                         double l2, Index n_threads, T* gradient) {
    const FlushToZero flush_to_zero;
    Team team(team_size(n_threads, cost_of_batch(network, samples.n_samples)));
    Objective<T> objective(network, parameters, samples, l2, samples.n_samples, team);
    std::vector<Parameters<T>> gradients = make_parameters<T>(network);
    const double J = objective.evaluate(
        {nullptr, 0, samples.n_samples}, [&](const Block& block, const BlockGradient<T>& computed) {
            computed.copy_to(block, gradients[block.layer]);
        });
    write_flat(gradients, gradient);
    return J;
}

}  // namespace errorest
