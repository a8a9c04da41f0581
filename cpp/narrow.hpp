#pragma once

// The objective of a network of few units, with samples in the lanes (narrow_product.hpp).
//
// The parameters stay the flat vector that they are in Python. A row of ones below the inputs makes
// a layer's biases one more row of its weights. A batch of very many rows is cut into parts of
// fixed size, whose gradients are added in their order.

#include "narrow_product.hpp"
#include "network.hpp"
#include "team.hpp"

namespace errorest {

template <class T>
class NarrowObjective {
   public:
    NarrowObjective(const Network& network, const T* parameters, const Samples<T>& samples,
                    double l2, Index largest_batch, Team& team)
        : network_(network),
          samples_(samples),
          l2_(l2),
          team_(team),
          n_parameters_(network.n_parameters()),
          cost_of_row_(cost_of_step(network, 1)),
          is_far_(samples.n_samples * samples.n_features * Index(sizeof(T)) > cache_bytes),
          parameters_(round_up(n_parameters_, lanes<T>)),
          gradient_(parameters_.size()),
          n_parts_(number_of_parts(largest_batch)),
          losses_(n_parts_),
          gradients_(n_parts_ * n_parameters_) {
        std::copy_n(parameters, n_parameters_, parameters_.data());
        for (Index worker = 0; worker < team.size(); ++worker) {
            scratch_.emplace_back(network, std::min(part_rows, largest_batch));
        }
    }

    static bool serves(const Network& network, Index batch_size) {
        const auto is_narrow = [](const Dense& layer) { return layer.n_out <= most_units; };
        const bool is_single_unit = network.layers.size() == 1 && network.n_outputs() == 1;
        return (is_single_unit || batch_size >= lanes<T>) && !network.has_dropout() &&
               network.n_parameters() <= most_parameters &&
               std::all_of(network.layers.begin(), network.layers.end(), is_narrow);
    }

    // How many threads to ask for: rows come from memory, which takes far longer than what is done
    // with them.
    static Index threads_for(Index n_threads, const Network& network, Index n_rows) {
        static constexpr double memory_against_arithmetic = 32;
        if (n_rows <= part_rows) return 1;
        return team_size(n_threads, memory_against_arithmetic * cost_of_step(network, n_rows));
    }

    // Both are flat vectors, filled up with zeros to a whole number of vectors.
    T* parameters() { return parameters_.data(); }
    T* gradient() { return gradient_.data(); }

    // Returns J, and leaves its gradient in gradient(). check(cost) is called before every few
    // parts, and may throw.
    template <class Check>
    double evaluate(const Batch& batch, const Check& check) {
        const double unit = 1 / total_weight(samples_, batch);
        const Index n_parts = number_of_parts(batch.n_rows);
        for (Index first = 0; first < n_parts; first += parts_between_checks) {
            const Index n_tasks = std::min(parts_between_checks, n_parts - first);
            check(cost_of_row_ * static_cast<double>(std::min(n_tasks * part_rows, batch.n_rows)));
            team_.for_each(n_tasks, [&](Index task, Index worker) {
                const Index p = first + task;
                const Index begin = p * part_rows;
                const Batch part = batch.part({begin, std::min(begin + part_rows, batch.n_rows)});
                T* gradient = gradients_.data() + p * n_parameters_;
                losses_[p] = visit(part, n_parts == 1, unit, scratch_[worker], gradient);
            });
        }

        double J = 0;
        std::fill_n(gradient_.data(), n_parameters_, T(0));
        for (Index p = 0; p < n_parts; ++p) {
            J += losses_[p];
            const T* gradient = gradients_.data() + p * n_parameters_;
            for (Index j = 0; j < n_parameters_; ++j) gradient_[j] += gradient[j];
        }
        return l2_ == 0 ? J : J + add_penalty();
    }

   private:
    static constexpr Index part_rows = 512;
    static constexpr Index parts_between_checks = 256;
    static constexpr Index most_units = 16;
    static constexpr Index most_parameters = 768;
    static constexpr Index prefetch_distance = 64;  // in rows
    static constexpr Index cache_bytes = 1 << 19;   // a second level's, or less

    struct Pass {
        SampleMatrix<T> logits;  // only where the derivative needs them
        SampleMatrix<T> outputs;
        SampleMatrix<T> deltas;

        Pass(const Dense& layer, Index n_rows)
            : outputs(layer.n_out + 1, n_rows), deltas(layer.n_out, n_rows) {
            fill_with_ones(layer.n_out, outputs);
            if (needs_logits(layer.activation)) logits = SampleMatrix<T>(layer.n_out, n_rows);
        }

        SampleMatrix<T>& logits_or_outputs() { return logits.empty() ? outputs : logits; }
    };

    // One for each thread: what the layers make of a part.
    struct Scratch {
        SampleMatrix<T> inputs;
        SampleMatrix<T> targets;
        Buffer<Integer<T>> classes;
        SampleMatrix<T> shares;  // of each sample in the batch
        std::vector<Pass> passes;
        Index first_there = -1;  // which rows, in their own order, are still there
        Index n_there = 0;

        Scratch(const Network& network, Index n_rows)
            : inputs(network.n_features() + 1, n_rows),
              targets(network.n_outputs(), n_rows),
              classes(round_up(n_rows, strip<T>)),
              shares(1, n_rows) {
            fill_with_ones(network.n_features(), inputs);
            for (const Dense& layer : network.layers) passes.emplace_back(layer, n_rows);
        }

        const SampleMatrix<T>& inputs_of(std::size_t layer) const {
            return layer == 0 ? inputs : passes[layer - 1].outputs;
        }
    };

    static void fill_with_ones(Index row, SampleMatrix<T>& matrix) {
        std::fill_n(matrix.at(row, 0), matrix.step(), T(1));
    }

    static Index number_of_parts(Index n_rows) { return round_up(n_rows, part_rows) / part_rows; }

    // Fills in a part's gradient, and returns its share of J.
    double visit(const Batch& part, bool may_return, double unit, Scratch& scratch, T* gradient) {
        const bool is_there = part.order == nullptr && part.first == scratch.first_there &&
                              part.n_rows == scratch.n_there;
        scratch.first_there = part.order || !may_return ? -1 : part.first;
        scratch.n_there = part.n_rows;

        const Index n_samples = round_up(part.n_rows, strip<T>);
        if (!is_there) gather(part, n_samples, unit, scratch);
        forward(n_samples, scratch);
        const double loss = lose(part.n_rows, unit, scratch);
        backward(n_samples, scratch);
        for (std::size_t layer = 0; layer < scratch.passes.size(); ++layer) {
            const auto [n_in, n_out] = sizes_of(layer);
            multiply_by_transposed(scratch.inputs_of(layer), n_in + 1, scratch.passes[layer].deltas,
                                   n_out, n_samples, gradient);
            gradient += (n_in + 1) * n_out;
        }
        return loss;
    }

    struct Sizes {
        Index n_in;
        Index n_out;
    };

    Sizes sizes_of(std::size_t layer) const {
        return {network_.layers[layer].n_in, network_.layers[layer].n_out};
    }

    void forward(Index n_samples, Scratch& scratch) const {
        const T* weights = parameters_.data();
        for (std::size_t layer = 0; layer < scratch.passes.size(); ++layer) {
            const auto [n_in, n_out] = sizes_of(layer);
            Pass& pass = scratch.passes[layer];
            multiply<T>({weights, n_out, n_in + 1, 1, n_out}, scratch.inputs_of(layer), n_samples,
                        pass.logits_or_outputs());
            activate(network_.layers[layer], n_samples, pass);
            weights += (n_in + 1) * n_out;
        }
    }

    void activate(const Dense& layer, Index n_samples, Pass& pass) const {
        const SampleMatrix<T>& logits = pass.logits_or_outputs();
        if (layer.activation.kind == ActivationKind::identity) return;
        with_activation<T>(layer.activation, [&](const auto& function) {
            for (Index j = 0; j < layer.n_out; ++j) {
                const T* z = logits.at(j, 0);
                T* a = pass.outputs.at(j, 0);
                for (Index i = 0; i < n_samples; i += lanes<T>) {
                    store(a + i, function.value(load(z + i)));
                }
            }
        });
    }

    // A vector of samples, as the losses take them: with one output, which stays in a register, or
    // with any number of them.
    struct OneOutput {
        Vector<T> value;

        OneOutput(const SampleMatrix<T>& matrix, Index, Index first)
            : value(load(matrix.at(0, first))) {}
        Index n_outputs() const { return 1; }
        Vector<T> operator[](Index) const { return value; }
        void set(Index, Vector<T> x) { value = x; }
    };

    struct Outputs {
        T* first;
        Index step;
        Index n;

        Outputs(SampleMatrix<T>& matrix, Index n, Index first)
            : first(matrix.at(0, first)), step(matrix.step()), n(n) {}
        Index n_outputs() const { return n; }
        Vector<T> operator[](Index j) const { return load(first + j * step); }
        void set(Index j, Vector<T> x) { store(first + j * step, x); }
    };

    // Puts the loss's gradient into the deltas of the last layer, and returns the part's share of
    // J.
    double lose(Index n_rows, double unit, Scratch& scratch) const {
        return with_loss<T>(network_.loss, [&](const auto& loss) {
            return network_.n_outputs() == 1 ? lose<OneOutput>(loss, n_rows, unit, scratch)
                                             : lose<Outputs>(loss, n_rows, unit, scratch);
        });
    }

    // Samples of equal share may have their logarithms taken together.
    template <class Columns, class LossFunction>
    double lose(const LossFunction& loss, Index n_rows, double unit, Scratch& scratch) const {
        const Index n_equal = samples_.sample_weight ? 0 : n_rows / lanes<T> * lanes<T>;
        const Vector<T> equal_share = broadcast(T(unit));
        LogarithmOfProduct<T> of_equal;
        Vector<T> equal = {};
        for (Index i = 0; i < n_equal; i += lanes<T>) {
            equal += losses_of<Columns>(loss, i, equal_share, of_equal, scratch);
        }
        Vector<T> sum = equal_share * (equal + of_equal.sum());
        for (Index i = n_equal; i < round_up(n_rows, strip<T>); i += lanes<T>) {
            const Vector<T> shares = load(scratch.shares.at(0, i));
            Logarithms<T> logarithms;
            const Vector<T> rest = losses_of<Columns>(loss, i, shares, logarithms, scratch);
            sum += shares * (rest + logarithms.sum);
        }
        return static_cast<double>(sum_of_lanes<T>(sum));
    }

    // The losses of a vector of samples, whose gradients, times their shares, become deltas.
    template <class Columns, class LossFunction, class Logs>
    Vector<T> losses_of(const LossFunction& loss, Index first, Vector<T> shares, Logs& logarithms,
                        Scratch& scratch) const {
        Pass& last = scratch.passes.back();
        const Index n = network_.n_outputs();
        Columns z(last.outputs, n, first);
        Vector<T> losses;
        if (samples_.targets.classes) {
            OneHotColumns<T> y;
            __builtin_memcpy(&y.classes, scratch.classes.data() + first, sizeof y.classes);
            losses = loss.loss(z, y, logarithms);
        } else {
            losses = loss.loss(z, Columns(scratch.targets, n, first), logarithms);
        }
        for (Index j = 0; j < n; ++j) store(last.deltas.at(j, first), z[j] * shares);
        return losses;
    }

    void backward(Index n_samples, Scratch& scratch) const {
        const T* weights = parameters_.data() + n_parameters_;
        for (std::size_t layer = scratch.passes.size(); layer-- > 0;) {
            const auto [n_in, n_out] = sizes_of(layer);
            weights -= (n_in + 1) * n_out;
            multiply_by_derivative(network_.layers[layer], n_samples, scratch.passes[layer]);
            if (layer > 0) {
                multiply<T>({weights, n_in, n_out, n_out, 1}, scratch.passes[layer].deltas,
                            n_samples, scratch.passes[layer - 1].deltas);
            }
        }
    }

    void multiply_by_derivative(const Dense& layer, Index n_samples, Pass& pass) const {
        if (layer.activation.kind == ActivationKind::identity) return;
        const SampleMatrix<T>& logits = pass.logits_or_outputs();
        with_activation<T>(layer.activation, [&](const auto& function) {
            for (Index j = 0; j < layer.n_out; ++j) {
                const T* z = logits.at(j, 0);
                const T* a = pass.outputs.at(j, 0);
                T* deltas = pass.deltas.at(j, 0);
                for (Index i = 0; i < n_samples; i += lanes<T>) {
                    const Vector<T> derivative = function.derivative(load(z + i), load(a + i));
                    store(deltas + i, load(deltas + i) * derivative);
                }
            }
        });
    }

    // Puts the rows of a part side by side, with all that belongs to them. The last row fills up
    // the last strip, with no share in J.
    void gather(const Batch& part, Index n_samples, double unit, Scratch& scratch) const {
        prefetch(part, {0, std::min(prefetch_distance, part.n_rows)});
        for (Index sample = 0; sample < n_samples; sample += strip<T>) {
            const Index ahead = sample + prefetch_distance;
            prefetch(part, {ahead, std::min(ahead + strip<T>, part.n_rows)});
            gather_strip(part, sample, unit, scratch);
        }
    }

    void gather_strip(const Batch& part, Index first, double unit, Scratch& scratch) const {
        Index rows[strip<T>];
        for (Index i = 0; i < strip<T>; ++i) rows[i] = part[std::min(first + i, part.n_rows - 1)];

        gather_inputs(rows, first, scratch.inputs);
        gather_targets(rows, first, scratch);
        T* shares = scratch.shares.at(0, first);
        for (Index i = 0; i < strip<T>; i += lanes<T>) {
            store(shares + i, first_lanes<T>(broadcast(T(unit)), part.n_rows - first - i));
        }
        if (samples_.sample_weight) {
            for (Index i = 0; i < strip<T>; ++i) shares[i] *= samples_.sample_weight[rows[i]];
        }
    }

    void gather_targets(const Index* rows, Index first, Scratch& scratch) const {
        const auto [classes, values] = samples_.targets;
        const Index n_outputs = network_.n_outputs();
        if (classes) {
            for (Index i = 0; i < strip<T>; ++i) scratch.classes[first + i] = classes[rows[i]];
            return;
        }
        for (Index j = 0; j < n_outputs; ++j) {
            T* targets = scratch.targets.at(j, first);
            for (Index i = 0; i < strip<T>; ++i) targets[i] = values[rows[i] * n_outputs + j];
        }
    }

    void gather_inputs(const Index* rows, Index first, SampleMatrix<T>& inputs) const {
        const Index n_features = samples_.n_features;
        const T* X = samples_.X;
        if (n_features < lanes<T>) {
            for (Index j = 0; j < n_features; ++j) {
                T* feature = inputs.at(j, first);
                for (Index i = 0; i < strip<T>; ++i) feature[i] = X[rows[i] * n_features + j];
            }
            return;
        }
        for (Index i = 0; i < strip<T>; i += lanes<T>) {
            // The last block ends with the last feature, and repeats a few of the block before.
            for (Index j = 0; j < n_features; j += lanes<T>) {
                const Index begin = std::min(j, n_features - lanes<T>);
                transpose_block<T>(
                    [&](Index lane) { return X + rows[i + lane] * n_features + begin; },
                    inputs.at(begin, first + i), inputs.step());
            }
        }
    }

    // Rows in random order come from memory one by one, unless they are asked for in time. GCC
    // takes a function that does nothing else for one without effect, hence the attribute.
    __attribute__((always_inline)) void prefetch(const Batch& part, Rows rows) const {
        if (!is_far_) return;
        static constexpr Index line = 64 / static_cast<Index>(sizeof(T));
        static constexpr int to_read = 0;
        static constexpr int into_second_level = 2;
        const Index n_features = samples_.n_features;
        for (Index i = rows.begin; i < rows.end; ++i) {
            const T* row = samples_.X + part[i] * n_features;
            for (Index j = 0; j < n_features; j += line) {
                __builtin_prefetch(row + j, to_read, into_second_level);
            }
            __builtin_prefetch(row + n_features - 1, to_read, into_second_level);
        }
    }

    // Adds the penalty's gradient, and returns the penalty.
    double add_penalty() {
        double squares = 0;
        const T* weights = parameters_.data();
        T* gradient = gradient_.data();
        for (const Dense& layer : network_.layers) {
            for (Index i = 0; i < layer.n_in * layer.n_out; ++i) {
                gradient[i] += T(l2_) * weights[i];
                squares += static_cast<double>(weights[i]) * static_cast<double>(weights[i]);
            }
            weights += layer.n_parameters();
            gradient += layer.n_parameters();
        }
        return l2_ / 2 * squares;
    }

    const Network& network_;
    const Samples<T>& samples_;
    double l2_;
    Team& team_;
    Index n_parameters_;
    double cost_of_row_;
    bool is_far_;  // whether the rows come from memory
    Buffer<T> parameters_;
    Buffer<T> gradient_;
    Index n_parts_;
    Buffer<double> losses_;
    Buffer<T> gradients_;  // of each part
    std::vector<Scratch> scratch_;
};

}  // namespace errorest
