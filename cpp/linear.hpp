#pragma once

// The objective of a network of a single unit: one line, or hyperplane, between two classes.
//
// There is too little arithmetic in a row to fill a vector with its features. So a panel holds a
// few dozen rows side by side, one feature after the other, and every lane is a row of its own:
// its logit, its loss and its delta. A batch of very many rows is cut into parts of fixed size,
// whose gradients are added in their order.

#include "dense_layer.hpp"
#include "team.hpp"
#include "transpose.hpp"

namespace errorest {

template <class T>
class LinearObjective {
   public:
    LinearObjective(const Network& network, const T* parameters, const Samples<T>& samples,
                    double l2, Index largest_batch, Team& team)
        : n_features_(network.n_features()),
          loss_(network.loss),
          samples_(samples),
          l2_(l2),
          team_(team),
          parameters_(n_features_ + 1),
          gradient_(n_features_ + 1),
          n_parts_(number_of_parts(largest_batch)),
          losses_(n_parts_),
          gradients_(n_parts_ * (n_features_ + 1)) {
        std::copy_n(parameters, n_features_ + 1, parameters_.data());
        for (Index worker = 0; worker < team.size(); ++worker) {
            scratch_.emplace_back(n_features_, std::min(part_rows, largest_batch));
        }
    }

    static bool serves(const Network& network, const Samples<T>& samples) {
        return network.layers.size() == 1 && network.n_outputs() == 1 && samples.targets.values &&
               network.layers[0].activation.kind == ActivationKind::identity &&
               network.n_features() <= most_features && !network.has_dropout();
    }

    // How many threads to ask for: rows come from memory, which takes far longer than what is done
    // with them.
    static Index threads_for(Index n_threads, const Network& network, Index n_rows) {
        static constexpr double memory_against_arithmetic = 32;
        if (n_rows <= part_rows) return 1;
        return team_size(n_threads, memory_against_arithmetic * cost_of_step(network, n_rows));
    }

    // Weights (n_features,), then the bias; their gradient is in the same order.
    T* parameters() { return parameters_.data(); }
    const T* gradient() const { return gradient_.data(); }

    // Returns J, and leaves its gradient in gradient().
    double evaluate(const Batch& batch) {
        const double total = total_weight(samples_, batch);
        const Index n_parts = number_of_parts(batch.n_rows);
        team_.for_each(n_parts, [&](Index p, Index worker) {
            const Index begin = p * part_rows;
            const Batch part = batch.part({begin, std::min(begin + part_rows, batch.n_rows)});
            T* gradient = gradients_.data() + p * (n_features_ + 1);
            losses_[p] = visit(part, n_parts == 1, total, scratch_[worker], gradient);
        });

        double J = 0;
        for (Index j = 0; j <= n_features_; ++j) gradient_[j] = 0;
        for (Index p = 0; p < n_parts; ++p) {
            J += losses_[p];
            const T* gradient = gradients_.data() + p * (n_features_ + 1);
            for (Index j = 0; j <= n_features_; ++j) gradient_[j] += gradient[j];
        }
        double squares = 0;
        for (Index j = 0; l2_ != 0 && j < n_features_; ++j) {
            const T weight = parameters_[j];
            gradient_[j] += T(l2_) * weight;
            squares += static_cast<double>(weight) * static_cast<double>(weight);
        }
        return J + l2_ / 2 * squares;
    }

   private:
    static constexpr Index part_rows = 512;
    static constexpr Index most_features = 512;
    static constexpr Index prefetch_distance = 64;  // in rows

    // One for each thread.
    struct Scratch {
        PanelMatrix<T> inputs;  // (n_features, rows of a part)
        Buffer<T> sums;         // a vector for each parameter
        Columns<T> logits{1};
        Columns<T> targets{1};
        Index first_there = -1;  // which rows, in their own order, inputs still holds
        Index n_there = 0;

        Scratch(Index n_features, Index n_rows)
            : inputs(n_features, n_rows), sums((n_features + 1) * lanes<T>) {}
    };

    static Index number_of_parts(Index n_rows) { return round_up(n_rows, part_rows) / part_rows; }

    // Fills in a part's gradient, and returns its share of J.
    double visit(const Batch& part, bool may_return, double total_weight, Scratch& scratch,
                 T* gradient) {
        const bool is_there = part.order == nullptr && part.first == scratch.first_there &&
                              part.n_rows == scratch.n_there;
        scratch.first_there = part.order || !may_return ? -1 : part.first;
        scratch.n_there = part.n_rows;

        std::fill_n(scratch.sums.data(), scratch.sums.size(), T(0));
        Vector<T> loss = {};
        for (Index i = 0; i < part.n_rows; i += lanes<T>) {
            const Index n = std::min(lanes<T>, part.n_rows - i);
            T* inputs = scratch.inputs.row(0, i / panel<T>) + i % panel<T>;
            if (!is_there) gather(part, i, n, inputs);
            loss += visit_lanes(part, i, n, total_weight, inputs, scratch);
        }
        for (Index j = 0; j <= n_features_; ++j) {
            gradient[j] = sum_of_lanes<T>(load(scratch.sums.data() + j * lanes<T>));
        }
        return static_cast<double>(sum_of_lanes<T>(loss));
    }

    // Adds the gradient of n rows, whose feature j is the vector at inputs + j * panel<T>, and
    // returns their shares of J.
    Vector<T> visit_lanes(const Batch& part, Index first, Index n, double total_weight,
                       const T* inputs, Scratch& scratch) const {
        Vector<T> logits = broadcast(parameters_[n_features_]);
        for (Index j = 0; j < n_features_; ++j) {
            logits += broadcast(parameters_[j]) * load(inputs + j * panel<T>);
        }

        const Vector<T> shares = shares_of(part, first, n, total_weight);
        scratch.targets.set(0, targets_of(part, first, n));
        scratch.logits.set(0, logits);
        const Vector<T> losses = with_loss<T>(
            loss_, [&](auto loss) { return loss.loss(scratch.logits, scratch.targets); });
        const Vector<T> deltas = scratch.logits[0] * shares;

        T* sums = scratch.sums.data();
        for (Index j = 0; j < n_features_; ++j) {
            store(sums + j * lanes<T>,
                  load(sums + j * lanes<T>) + deltas * load(inputs + j * panel<T>));
        }
        T* bias_sum = sums + n_features_ * lanes<T>;
        store(bias_sum, load(bias_sum) + deltas);

        return losses * shares;
    }

    Vector<T> shares_of(const Batch& part, Index first, Index n, double total_weight) const {
        const double unit = 1 / total_weight;
        if (!samples_.sample_weight && n == lanes<T>) return broadcast(T(unit));
        Vector<T> shares = {};
        for (Index lane = 0; lane < n; ++lane) {
            const bool weighted = samples_.sample_weight != nullptr;
            const T weight = weighted ? samples_.sample_weight[part[first + lane]] : T(1);
            shares[lane] = T(weight * unit);
        }
        return shares;
    }

    Vector<T> targets_of(const Batch& part, Index first, Index n) const {
        const T* values = samples_.targets.values;
        if (!part.order && n == lanes<T>) return load(values + part[first]);
        alignas(64) T targets[lanes<T>] = {};
        for (Index lane = 0; lane < n; ++lane) targets[lane] = values[part[first + lane]];
        return load(targets);
    }

    // Puts n rows of X side by side.
    void gather(const Batch& part, Index first, Index n, T* inputs) const {
        if (part.order) prefetch(part, first + prefetch_distance);
        const auto row = [&](Index lane) {
            return samples_.X + part[first + std::min(lane, n - 1)] * n_features_;
        };
        if (n_features_ < lanes<T>) {
            for (Index lane = 0; lane < lanes<T>; ++lane) {
                for (Index j = 0; j < n_features_; ++j) inputs[j * panel<T> + lane] = row(lane)[j];
            }
            return;
        }
        // The last block ends with the last feature, and repeats a few of the block before.
        for (Index j = 0; j < n_features_; j += lanes<T>) {
            const Index begin = std::min(j, n_features_ - lanes<T>);
            transpose_block<T>([&](Index lane) { return row(lane) + begin; },
                               inputs + begin * panel<T>, panel<T>);
        }
    }

    // Rows in random order come from memory one by one, unless they are asked for in time.
    void prefetch(const Batch& part, Index first) const {
        static constexpr Index line = 64 / static_cast<Index>(sizeof(T));
        const Index begin = part.first + first;
        const Index end = std::min(begin + lanes<T>, samples_.n_samples);
        for (Index i = begin; i < end; ++i) {
            const T* row = samples_.X + part.order[i] * n_features_;
            for (Index j = 0; j < n_features_; j += line) __builtin_prefetch(row + j);
            __builtin_prefetch(row + n_features_ - 1);
            __builtin_prefetch(samples_.targets.values + part.order[i]);
        }
    }

    Index n_features_;
    LossKind loss_;
    const Samples<T>& samples_;
    double l2_;
    Team& team_;
    Buffer<T> parameters_;
    Buffer<T> gradient_;
    Index n_parts_;
    Buffer<double> losses_;
    Buffer<T> gradients_;  // of each part
    std::vector<Scratch> scratch_;
};

}  // namespace errorest
