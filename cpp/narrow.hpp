#pragma once

// The objective of a network of few units, with samples in the lanes (narrow_product.hpp).
//
// The parameters stay the flat vector that they are in Python: a layer's biases are one more row of
// its weights, for which its inputs have a row of ones. A batch of very many rows is cut into parts
// of fixed size, whose gradients are added in their order.

#include "dropout.hpp"
#include "narrow_batch.hpp"
#include "optimizers.hpp"
#include "team.hpp"

namespace errorest {

// Neighbouring parameters that are treated alike.
struct NarrowRun {
    Index first;
    Index size;
    Group group;
};

// One number for each parameter, and zeros up to a whole number of vectors.
template <class T>
struct FlatParameters : Buffer<T> {
    Index n;

    explicit FlatParameters(const Network& network)
        : Buffer<T>(round_up(network.n_parameters(), lanes<T>)), n(network.n_parameters()) {}

    T* at(const NarrowRun& run) { return this->data() + run.first; }
    void read(const T* from) { std::copy_n(from, n, this->data()); }
    void write(T* to) const { std::copy_n(this->data(), n, to); }
    double sum_of_squares() const { return errorest::sum_of_squares(this->data(), n); }
};

template <class T>
class NarrowObjective {
   public:
    using Numbers = FlatParameters<T>;

    NarrowObjective(const Network& network, const T* parameters, const Samples<T>& samples,
                    double l2, Index largest_batch, Team& team, const Optimizer& optimizer)
        : network_(network),
          samples_(samples),
          l2_(l2),
          team_(team),
          cost_of_row_(cost_of_step(network, 1)),
          parameters_(network),
          losses_(number_of_parts(largest_batch)),
          gradients_(losses_.size() * parameters_.size()) {
        parameters_.read(parameters);
        for (Index worker = 0; worker < team.size(); ++worker) {
            scratch_.emplace_back(network, samples);
        }
        // One run of whole vectors is quicker; only decay tells weights of one rate from biases.
        if (optimizer.weight_decay == 0 && has_one_rate(network)) {
            runs_.push_back({0, parameters_.size(), {}});
            return;
        }
        Index first = 0;
        for (const Layer& layer : network.layers) {
            const Index n_weights = layer.n_in * layer.n_out;
            runs_.push_back({first, n_weights, layer.weights});
            runs_.push_back({first + n_weights, layer.n_out, layer.biases});
            first += layer.n_parameters();
        }
    }

    static bool serves(const Network& network, Index batch_size) {
        const auto is_narrow = [](const Layer& layer) { return layer.n_out <= most_units; };
        const bool is_single_unit = network.layers.size() == 1 && network.n_outputs() == 1;
        return network.is_dense() && !network.has_dropout() &&
               (is_single_unit || batch_size >= lanes<T>) &&
               network.n_parameters() <= most_parameters &&
               std::all_of(network.layers.begin(), network.layers.end(), is_narrow);
    }

    // How many threads to ask for: rows come from memory, which takes far longer than what is done
    // with them.
    static Threads threads_for(Threads threads, const Network& network, Index n_rows) {
        static constexpr double memory_against_arithmetic = 32;
        if (n_rows <= part_rows) return {1, threads.of_process};
        return errorest::threads_for(threads,
                                     memory_against_arithmetic * cost_of_step(network, n_rows));
    }

    Numbers& parameters() { return parameters_; }

    // Returns J, and calls sink(run, gradient) for each run of parameters. The sink may move them.
    // check(cost) is called before every few parts, and may throw.
    template <class Check, class Sink>
    double evaluate(const Batch& batch, const DropoutStep&, const Check& check, const Sink& sink) {
        const double unit = 1 / total_weight(samples_, batch);
        const Index n_parts = number_of_parts(batch.n_rows);
        for (Index first = 0; first < n_parts; first += parts_between_checks) {
            const Index n_tasks = std::min(parts_between_checks, n_parts - first);
            check(cost_of_row_ * static_cast<double>(std::min(n_tasks * part_rows, batch.n_rows)));
            team_.for_each(n_tasks, [&](Index task, Index worker) {
                const Index p = first + task;
                const Index begin = p * part_rows;
                const Batch part = batch.part({begin, std::min(begin + part_rows, batch.n_rows)});
                scratch_[worker].rows.gather(part, unit);
                losses_[p] = visit(unit, scratch_[worker], gradient_of(p));
            });
        }

        double J = losses_[0];
        for (Index p = 1; p < n_parts; ++p) {
            J += losses_[p];
            for (Index j = 0; j < parameters_.n; ++j) gradients_[j] += gradient_of(p)[j];
        }
        if (l2_ != 0) J += l2_ / 2 * add_penalty();
        for (const NarrowRun& run : runs_) sink(run, gradients_.data() + run.first);
        return J;
    }

    // Calls function(run) for each run of parameters.
    template <class Check, class Function>
    void for_each_run(const Check&, const Function& function) const {
        for (const NarrowRun& run : runs_) function(run);
    }

   private:
    static constexpr Index part_rows = most_samples;
    static constexpr Index parts_between_checks = 256;
    static constexpr Index most_units = 16;
    static constexpr Index most_parameters = 768;

    static bool has_one_rate(const Network& network) {
        return std::all_of(network.layers.begin(), network.layers.end(), [](const Layer& layer) {
            return layer.weights.rate == 1 && layer.biases.rate == 1;
        });
    }

    struct Pass {
        SampleMatrix<T> outputs;      // with a row of ones
        SampleMatrix<T> derivatives;  // of the activation
        SampleMatrix<T> deltas;

        explicit Pass(const Layer& layer)
            : outputs(layer.n_out + 1), derivatives(layer.n_out), deltas(layer.n_out) {
            outputs.fill_row(layer.n_out, T(1));
            for (Index j = 0; j < layer.n_out; ++j) derivatives.fill_row(j, T(1));
        }
    };

    // One for each thread: a part, and what the layers make of it.
    struct Scratch {
        NarrowBatch<T> rows;
        std::vector<Pass> passes;

        Scratch(const Network& network, const Samples<T>& samples)
            : rows(samples, network.n_outputs()) {
            for (const Layer& layer : network.layers) passes.emplace_back(layer);
        }

        const SampleMatrix<T>& inputs_of(std::size_t layer) const {
            return layer == 0 ? rows.inputs() : passes[layer - 1].outputs;
        }
    };

    T* gradient_of(Index part) { return gradients_.data() + part * parameters_.size(); }

    static Index number_of_parts(Index n_rows) { return divide_up(n_rows, part_rows); }

    // Fills in a part's gradient, and returns its share of J.
    double visit(double unit, Scratch& scratch, T* gradient) const {
        forward(scratch);
        const double loss = lose(unit, scratch);
        backward(scratch, gradient);
        return loss;
    }

    struct Sizes {
        Index n_in;
        Index n_out;
    };

    Sizes sizes_of(std::size_t layer) const {
        return {network_.layers[layer].n_in, network_.layers[layer].n_out};
    }

    void forward(Scratch& scratch) const {
        const T* weights = parameters_.data();
        for (std::size_t layer = 0; layer < scratch.passes.size(); ++layer) {
            const auto [n_in, n_out] = sizes_of(layer);
            Pass& pass = scratch.passes[layer];
            multiply<T>({weights, n_out, n_in + 1, 1, n_out}, scratch.inputs_of(layer),
                        scratch.rows.n_samples(), pass.outputs);
            activate(network_.layers[layer], scratch.rows.n_samples(), pass);
            weights += (n_in + 1) * n_out;
        }
    }

    // Puts the activation's value in the logits' place, and its derivative beside it.
    static void activate(const Layer& layer, Index n_samples, Pass& pass) {
        if (layer.activation.kind == ActivationKind::identity) return;
        with_activation<T>(layer.activation, [&](const auto& function) {
            const Index n_out = layer.n_out;
            for (Index i = 0; i < n_samples; i += lanes<T>) {
                T* output = pass.outputs.at(0, i);
                T* derivative = pass.derivatives.at(0, i);
                for (Index j = 0; j < n_out; ++j) {
                    const Vector<T> z = load(output);
                    const Vector<T> a = function.value(z);
                    store(output, a);
                    store(derivative, function.derivative(z, a));
                    output += SampleMatrix<T>::step;
                    derivative += SampleMatrix<T>::step;
                }
            }
        });
    }

    // A layer's gradient is taken after the deltas before it, which need not wait for it.
    void backward(Scratch& scratch, T* gradient) const {
        const Index n_samples = scratch.rows.n_samples();
        Index first = parameters_.n;
        for (std::size_t layer = scratch.passes.size(); layer-- > 0;) {
            const auto [n_in, n_out] = sizes_of(layer);
            const SampleMatrix<T>& deltas = scratch.passes[layer].deltas;
            first -= (n_in + 1) * n_out;
            if (layer > 0) {
                Pass& before = scratch.passes[layer - 1];
                multiply<T>({parameters_.data() + first, n_in, n_out, n_out, 1}, deltas, n_samples,
                            before.deltas, &before.derivatives);
            }
            multiply_by_transposed(scratch.inputs_of(layer), n_in + 1, deltas, n_out, n_samples,
                                   gradient + first);
        }
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
        Index n;

        Outputs(SampleMatrix<T>& matrix, Index n, Index first)
            : first(matrix.at(0, first)), n(n) {}
        Index n_outputs() const { return n; }
        Vector<T> operator[](Index j) const { return load(first + j * SampleMatrix<T>::step); }
        void set(Index j, Vector<T> x) { store(first + j * SampleMatrix<T>::step, x); }
    };

    // Puts the loss's gradient into the deltas of the last layer, and returns the part's share of
    // J.
    double lose(double unit, Scratch& scratch) const {
        return with_loss<T>(network_.loss, [&](const auto& loss) {
            return network_.n_outputs() == 1 ? lose<OneOutput>(loss, unit, scratch)
                                             : lose<Outputs>(loss, unit, scratch);
        });
    }

    // Samples of equal share may have their logarithms taken together.
    template <class Values, class LossFunction>
    double lose(const LossFunction& loss, double unit, Scratch& scratch) const {
        const Index n_rows = scratch.rows.n_rows();
        const Index n_equal = samples_.sample_weight ? 0 : n_rows / lanes<T> * lanes<T>;
        const Vector<T> equal_share = broadcast(T(unit));
        LogarithmOfProduct<T> of_equal;
        Vector<T> equal = {};
        for (Index i = 0; i < n_equal; i += lanes<T>) {
            equal += losses_of<Values>(loss, i, equal_share, of_equal, scratch);
        }
        Vector<T> sum = equal_share * (equal + of_equal.sum());
        for (Index i = n_equal; i < scratch.rows.n_samples(); i += lanes<T>) {
            const Vector<T> shares = scratch.rows.shares(i);
            Logarithms<T> logarithms;
            const Vector<T> rest = losses_of<Values>(loss, i, shares, logarithms, scratch);
            sum += shares * (rest + logarithms.sum);
        }
        return static_cast<double>(sum_of_lanes<T>(sum));
    }

    // The losses of a vector of samples, whose gradients, times their shares, become deltas.
    template <class Values, class LossFunction, class Logs>
    Vector<T> losses_of(const LossFunction& loss, Index first, Vector<T> shares, Logs& logarithms,
                        Scratch& scratch) const {
        Pass& last = scratch.passes.back();
        const Index n = network_.n_outputs();
        Values z(last.outputs, n, first);
        Vector<T> losses;
        if (samples_.targets.classes) {
            losses = loss.loss(z, OneHotColumns<T>{scratch.rows.classes(first)}, logarithms);
        } else {
            losses = loss.loss(z, Values(scratch.rows.targets(), n, first), logarithms);
        }
        for (Index j = 0; j < n; ++j) {
            const Vector<T> derivative = load(last.derivatives.at(j, first));
            store(last.deltas.at(j, first), z[j] * shares * derivative);
        }
        return losses;
    }

    // Adds the penalty's gradient, and returns the sum of W^2.
    double add_penalty() {
        double squares = 0;
        const T* weights = parameters_.data();
        T* gradient = gradients_.data();
        for (const Layer& layer : network_.layers) {
            for (Index i = 0; i < layer.n_in * layer.n_out; ++i) {
                gradient[i] += T(l2_) * weights[i];
                squares += static_cast<double>(weights[i]) * static_cast<double>(weights[i]);
            }
            weights += layer.n_parameters();
            gradient += layer.n_parameters();
        }
        return squares;
    }

    const Network& network_;
    const Samples<T>& samples_;
    double l2_;
    Team& team_;
    double cost_of_row_;
    Numbers parameters_;
    Buffer<double> losses_;  // of each part
    Buffer<T> gradients_;    // of each part, the first of which becomes that of all
    std::vector<Scratch> scratch_;
    std::vector<NarrowRun> runs_;
};

}  // namespace errorest
