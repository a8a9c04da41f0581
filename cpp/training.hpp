#pragma once

// Whole epochs of mini-batches, and one evaluation of the objective.

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

// One step of a training: the objective's gradient, handed block by block to the optimizer.
template <class T>
class Training {
   public:
    Training(const Network& network, Objective<T>& objective, const Optimizer& optimizer,
             const T* moments)
        : network_(network),
          n_parameters_(network.n_parameters()),
          objective_(objective),
          optimizer_(optimizer) {
        if (optimizer.clip_norm > 0) gradients_ = make_parameters<T>(network);
        for (Index k = 0; k < optimizer.n_moments(); ++k) {
            moments_.push_back(make_parameters<T>(network));
            read_flat(moments + k * n_parameters_, moments_.back());
        }
    }

    template <class Check>
    double operator()(const Batch& batch, const OptimizerRule<T>& rule, const DropoutStep& dropout,
                      const Check& check) {
        if (gradients_.empty()) {
            return objective_.evaluate(
                batch, dropout, check,
                [&](const Block& block, const BlockGradient<T>& gradient) {
                    move(rule, block, gradient);
                });
        }
        const double J = objective_.evaluate(
            batch, dropout, check, [&](const Block& block, const BlockGradient<T>& gradient) {
                gradient.copy_to(block, gradients_[block.layer]);
            });
        const double factor = clipping_factor(optimizer_, sum_of_squares(gradients_));
        const auto cost = static_cast<double>(n_parameters_);
        objective_.for_each_block(cost, check, [&](const Block& block, Index, Index) {
            BlockGradient<T> gradient;
            gradient.read_scaled(block, gradients_[block.layer], factor);
            move(rule, block, gradient);
        });
        return J;
    }

    void write(T* parameters, T* moments) const {
        write_flat(objective_.layers(), parameters);
        for (const std::vector<Parameters<T>>& moment : moments_) {
            write_flat(moment, moments);
            moments += n_parameters_;
        }
    }

   private:
    void move(const OptimizerRule<T>& rule, const Block& block, const BlockGradient<T>& gradient) {
        const Layer& layer = network_.layers[block.layer];
        Parameters<T>& parameters = objective_.layers()[block.layer];
        rule.update(block.rows.size() * panel<T>, gradient.weights,
                    parameters.weights.row(block.rows.begin, block.panel),
                    weight_moment(0, block), weight_moment(1, block), layer.weights);
        if (block.has_biases) {
            rule.update(panel<T>, gradient.biases, parameters.biases.row(0, block.panel),
                        bias_moment(0, block), bias_moment(1, block), layer.biases);
        }
        objective_.refresh_transposed(block);
    }

    T* weight_moment(std::size_t k, const Block& block) {
        if (k >= moments_.size()) return nullptr;
        return moments_[k][block.layer].weights.row(block.rows.begin, block.panel);
    }

    T* bias_moment(std::size_t k, const Block& block) {
        if (k >= moments_.size()) return nullptr;
        return moments_[k][block.layer].biases.row(0, block.panel);
    }

    const Network& network_;
    Index n_parameters_;
    Objective<T>& objective_;
    Optimizer optimizer_;
    std::vector<Parameters<T>> gradients_;  // only where they are clipped
    std::vector<std::vector<Parameters<T>>> moments_;
};

// The same for a narrow network, whose parameters and moments are flat vectors.
template <class T>
class NarrowTraining {
   public:
    NarrowTraining(const Network& network, NarrowObjective<T>& objective,
                   const Optimizer& optimizer, const T* moments)
        : n_parameters_(network.n_parameters()), objective_(objective), optimizer_(optimizer) {
        const Index size = round_up(n_parameters_, lanes<T>);
        for (Index k = 0; k < optimizer.n_moments(); ++k) {
            moments_.emplace_back(size);
            std::copy_n(moments + k * n_parameters_, n_parameters_, moments_.back().data());
        }
        if (optimizer.kind != OptimizerKind::adamw && has_one_rate(network)) {
            runs_.push_back({size, {}});
            return;
        }
        for (const Layer& layer : network.layers) {
            runs_.push_back({layer.n_in * layer.n_out, layer.weights});
            runs_.push_back({layer.n_out, layer.biases});
        }
    }

    template <class Check>
    double operator()(const Batch& batch, const OptimizerRule<T>& rule, const DropoutStep&,
                      const Check& check) {
        const double J = objective_.evaluate(batch, check);
        if (optimizer_.clip_norm > 0) clip_gradient();
        Index first = 0;
        for (const Run& run : runs_) {
            rule.update(run.size, objective_.gradient() + first, objective_.parameters() + first,
                        moment(0, first), moment(1, first), run.group);
            first += run.size;
        }
        return J;
    }

    void write(T* parameters, T* moments) const {
        std::copy_n(objective_.parameters(), n_parameters_, parameters);
        for (const Buffer<T>& moment : moments_) {
            std::copy_n(moment.data(), n_parameters_, moments);
            moments += n_parameters_;
        }
    }

   private:
    // Neighbouring parameters that are treated alike.
    struct Run {
        Index size;
        Group group;
    };

    static bool has_one_rate(const Network& network) {
        return std::all_of(network.layers.begin(), network.layers.end(), [](const Layer& layer) {
            return layer.weights.rate == 1 && layer.biases.rate == 1;
        });
    }

    void clip_gradient() {
        T* gradient = objective_.gradient();
        double squares = 0;
        for (Index i = 0; i < n_parameters_; ++i) {
            squares += static_cast<double>(gradient[i]) * static_cast<double>(gradient[i]);
        }
        const double factor = clipping_factor(optimizer_, squares);
        for (Index i = 0; i < n_parameters_; ++i) gradient[i] = T(factor * gradient[i]);
    }

    T* moment(std::size_t k, Index first) {
        return k < moments_.size() ? moments_[k].data() + first : nullptr;
    }

    Index n_parameters_;
    NarrowObjective<T>& objective_;
    Optimizer optimizer_;
    std::vector<Buffer<T>> moments_;
    std::vector<Run> runs_;
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

// Trains in place: parameters (n_parameters,) and moments (n_moments, n_parameters) change when
// all epochs are done, and losses (n_epochs,) are filled in.
template <class T, class Check>
void train_epochs(const Network& network, T* parameters, T* moments, const Samples<T>& samples,
                  const TrainingSettings& settings, Threads threads, double* losses,
                  const Check& check) {
    const FlushToZero flush_to_zero;
    const Index batch_size = std::min(settings.batch_size, samples.n_samples);
    if (NarrowObjective<T>::serves(network, batch_size)) {
        Team team(NarrowObjective<T>::threads_for(threads, network, batch_size));
        NarrowObjective<T> objective(network, parameters, samples, settings.l2, batch_size, team);
        NarrowTraining<T> training(network, objective, settings.optimizer, moments);
        run_epochs<T>(network, samples.n_samples, settings, losses, check, training);
        training.write(parameters, moments);
    } else {
        Team team(threads_for(threads, cost_of_step(network, batch_size)));
        Objective<T> objective(network, parameters, samples, settings.l2, batch_size, team);
        Training<T> training(network, objective, settings.optimizer, moments);
        run_epochs<T>(network, samples.n_samples, settings, losses, check, training);
        training.write(parameters, moments);
    }
}

// Returns J over all rows and fills in its gradient (n_parameters,).
template <class T, class Check>
double loss_and_gradient(const Network& network, const T* parameters, const Samples<T>& samples,
                         double l2, Threads threads, const Check& check, T* gradient) {
    const FlushToZero flush_to_zero;
    const Batch all_rows = {nullptr, 0, samples.n_samples};
    if (NarrowObjective<T>::serves(network, samples.n_samples)) {
        Team team(NarrowObjective<T>::threads_for(threads, network, samples.n_samples));
        NarrowObjective<T> objective(network, parameters, samples, l2, samples.n_samples, team);
        const double J = objective.evaluate(all_rows, check);
        std::copy_n(objective.gradient(), network.n_parameters(), gradient);
        return J;
    }
    Team team(threads_for(threads, cost_of_step(network, samples.n_samples)));
    Objective<T> objective(network, parameters, samples, l2, samples.n_samples, team);
    std::vector<Parameters<T>> gradients = make_parameters<T>(network);
    const double J = objective.evaluate(
        all_rows, {}, check, [&](const Block& block, const BlockGradient<T>& computed) {
            computed.copy_to(block, gradients[block.layer]);
        });
    write_flat(gradients, gradient);
    return J;
}

}  // namespace errorest
