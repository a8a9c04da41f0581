#pragma once

// Logits, and the network's answers, for any number of rows.

#include "layers.hpp"
#include "team.hpp"

namespace errorest {

enum class Answer { logits, outputs };

namespace detail {

// A few rows are not worth a copy of the weights in panels: they are read where they are. The
// sums are the same, to the bit.
template <class T>
class FewRows {
   public:
    FewRows(const Network& network, const T* parameters)
        : network_(network), parameters_(parameters), columns_(network.n_outputs()) {
        Index widest = network.n_features();
        for (const Layer& layer : network.layers) widest = std::max(widest, layer.n_out);
        inputs_ = Buffer<T>(round_up(widest, panel<T>));
        outputs_ = Buffer<T>(round_up(widest, panel<T>));
        weights_ = Buffer<T>(round_up(widest, panel<T>));
    }

    void predict(const T* x, Answer answer, T* answers) {
        std::copy_n(x, network_.n_features(), inputs_.data());
        const T* parameters = parameters_;
        for (const Layer& layer : network_.layers) {
            feedforward(layer, parameters);
            parameters += layer.n_parameters();
            std::swap(inputs_, outputs_);
        }
        if (answer == Answer::outputs) {
            columns_.read_lane(0, inputs_.data());
            with_loss<T>(network_.loss, [&](auto loss) { loss.output(columns_); });
            for (Index j = 0; j < network_.n_outputs(); ++j) answers[j] = columns_[j][0];
        } else {
            std::copy_n(inputs_.data(), network_.n_outputs(), answers);
        }
    }

   private:
    void feedforward(const Layer& layer, const T* weights) {
        const Index n_out = layer.n_out;
        const T* __restrict x = inputs_.data();
        T* __restrict z = outputs_.data();
        if (layer.is_single_unit()) {
            std::copy_n(weights, layer.n_in, weights_.data());
            z[0] = dot(x, panel<T>, weights_.data(), panel<T>, layer.n_in) + weights[layer.n_in];
            activate(layer.activation, z, n_out);
            return;
        }
        const T* biases = weights + layer.n_in * n_out;
        if (n_out < lanes<T>) {
            std::copy_n(biases, n_out, z);
            for (Index i = 0; i < layer.n_in; ++i, weights += n_out) {
                for (Index j = 0; j < n_out; ++j) z[j] += x[i] * weights[j];
            }
        } else {
            for (Index j = 0; j < n_out; j += most_vectors * lanes<T>) {
                const Index n_vectors = std::min(most_vectors, divide_up(n_out - j, lanes<T>));
                with_constant<most_vectors>(n_vectors, [&](auto n) {
                    add_products<n()>(x, layer.n_in, weights, biases, n_out, j, z);
                });
            }
        }
        activate(layer.activation, z, n_out);
    }

    // The logits of n_vectors vectors of units from unit j on, whose sums stay in registers while
    // the weights pass by. The last vector ends with the last unit, and repeats a few of the vector
    // before.
    template <Index n_vectors>
    static void add_products(const T* x, Index n_in, const T* weights, const T* biases,
                             Index n_out, Index j, T* z) {
        const Index last = std::min(j + (n_vectors - 1) * lanes<T>, n_out - lanes<T>);
        const auto place = [&](Index v) { return v == n_vectors - 1 ? last : j + v * lanes<T>; };
        Vector<T> sums[n_vectors];
#pragma GCC unroll 32
        for (Index v = 0; v < n_vectors; ++v) sums[v] = load(biases + place(v));
        for (Index i = 0; i < n_in; ++i, weights += n_out) {
            const Vector<T> x_i = broadcast(x[i]);
#pragma GCC unroll 32
            for (Index v = 0; v < n_vectors; ++v) sums[v] += x_i * load(weights + place(v));
        }
#pragma GCC unroll 32
        for (Index v = 0; v < n_vectors; ++v) store(z + place(v), sums[v]);
    }

    // As many as a tile of a product has.
    static constexpr Index most_vectors = 2 * tile_rows;

    const Network& network_;
    const T* parameters_;
    Buffer<T> inputs_;
    Buffer<T> outputs_;
    Buffer<T> weights_;  // of a single unit, with room for whole panels
    Columns<T> columns_;
};

// Blocks of samples, shared among the threads.
template <class T>
class ManyRows {
   public:
    ManyRows(const Network& network, const T* parameters, Index n_samples, Index n_threads)
        : network_(network),
          layers_(network),
          n_submodels_(network.n_submodels()),
          block_(std::max<Index>(1, most_block_rows / n_submodels_)) {
        layers_.read(parameters);
        for (Index worker = 0; worker < n_threads; ++worker) {
            scratch_.emplace_back(network, std::min(block_, n_samples) * n_submodels_);
        }
    }

    // How many samples make a block.
    Index block() const { return block_; }

    void predict(const T* X, Index n_samples, Answer answer, Index worker, T* answers) {
        Scratch& scratch = scratch_[worker];
        const Index n_rows = n_samples * n_submodels_;
        const Rows rows = {0, n_rows};
        for (Index i = 0; i < n_rows; ++i) {
            scratch.inputs.read_row(i, X + i / n_submodels_ * network_.n_features());
        }
        const PanelMatrix<T>* inputs = &scratch.inputs;
        for (Index layer = 0; layer < layers_.n_layers(); ++layer) {
            PanelMatrix<T>& outputs = scratch.outputs[layer];
            PanelMatrix<T>& kept = scratch.kept[layer].empty() ? outputs : scratch.kept[layer];
            feedforward(network_.layers[layer], layers_[layer], *inputs, rows,
                        outputs.all_panels(), kept, outputs);
            inputs = &outputs;
        }
        PanelMatrix<T>& last = scratch.outputs.back();
        for (Index i = 0; answer == Answer::outputs && i < n_rows; i += lanes<T>) {
            scratch.columns.read(last, i);
            with_loss<T>(network_.loss, [&](auto loss) { loss.output(scratch.columns); });
            scratch.columns.write(last, i);
        }
        for (Index i = 0; i < n_rows; ++i) last.write_row(i, answers + i * network_.n_outputs());
    }

   private:
    static constexpr Index most_block_rows = 96;

    // One for each thread: what the layers make of a block.
    struct Scratch {
        PanelMatrix<T> inputs;
        std::vector<PanelMatrix<T>> kept;  // but for dense layers, whose logits are not needed
        std::vector<PanelMatrix<T>> outputs;
        Columns<T> columns;

        Scratch(const Network& network, Index n_rows)
            : inputs(n_rows, network.n_features()), columns(network.n_outputs()) {
            for (const Layer& layer : network.layers) {
                const bool is_dense = layer.kind == LayerKind::dense;
                kept.emplace_back(n_rows, is_dense ? 0 : n_kept(layer));
                outputs.emplace_back(n_rows, layer.n_out);
            }
        }
    };

    const Network& network_;
    NetworkParameters<T> layers_;
    Index n_submodels_;
    Index block_;
    std::vector<Scratch> scratch_;
};

}  // namespace detail

// Fills in answers (n_samples, n_submodels, n_outputs) for X (n_samples, n_features).
template <class T, class Check>
void predict(const Network& network, const T* parameters, const T* X, Index n_samples,
             Answer answer, Threads threads, const Check& check, T* answers) {
    static constexpr Index few = 4;

    const FlushToZero flush_to_zero;
    if (n_samples <= few && network.is_dense()) {
        detail::FewRows<T> few_rows(network, parameters);
        for (Index i = 0; i < n_samples; ++i) {
            few_rows.predict(X + i * network.n_features(), answer,
                             answers + i * network.n_outputs());
        }
        return;
    }
    Team team(threads_for(threads, cost_of_forward(network, n_samples)));
    detail::ManyRows<T> rows(network, parameters, n_samples, team.size());
    const Index block = rows.block();
    const Index n_blocks = divide_up(n_samples, block);
    const Index answers_per_sample = network.n_submodels() * network.n_outputs();
    team.for_each(n_blocks, cost_of_forward(network, block), check, [&](Index task, Index worker) {
        const Index first = task * block;
        rows.predict(X + first * network.n_features(), std::min(block, n_samples - first), answer,
                     worker, answers + first * answers_per_sample);
    });
}

}  // namespace errorest
