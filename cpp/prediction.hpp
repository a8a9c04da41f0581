#pragma once

// Logits, and the network's answers, for any number of rows.

#include "dense_layer.hpp"
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
        for (const Dense& layer : network.layers) widest = std::max(widest, layer.n_out);
        inputs_ = Buffer<T>(round_up(widest, lanes<T>));
        outputs_ = Buffer<T>(round_up(widest, lanes<T>));
    }

    void predict(const T* x, Answer answer, T* answers) {
        std::copy_n(x, network_.n_features(), inputs_.data());
        const T* parameters = parameters_;
        for (const Dense& layer : network_.layers) {
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
    void feedforward(const Dense& layer, const T* weights) {
        const Index n_out = layer.n_out;
        const T* __restrict x = inputs_.data();
        T* __restrict z = outputs_.data();
        std::copy_n(weights + layer.n_in * n_out, n_out, z);
        Index i = 0;
        for (; i + 4 <= layer.n_in; i += 4, weights += 4 * n_out) {
            for (Index j = 0; j < n_out; ++j) {
                z[j] = z[j] + x[i] * weights[j] + x[i + 1] * weights[n_out + j] +
                       x[i + 2] * weights[2 * n_out + j] + x[i + 3] * weights[3 * n_out + j];
            }
        }
        for (; i < layer.n_in; ++i, weights += n_out) {
            for (Index j = 0; j < n_out; ++j) z[j] = z[j] + x[i] * weights[j];
        }
        activate(layer.activation, z, n_out);
    }

    const Network& network_;
    const T* parameters_;
    Buffer<T> inputs_;
    Buffer<T> outputs_;
    Columns<T> columns_;
};

// Blocks of rows, shared among the threads.
template <class T>
class ManyRows {
   public:
    static constexpr Index block = 96;

    ManyRows(const Network& network, const T* parameters, Index n_rows, Index n_threads)
        : network_(network), layers_(make_parameters<T>(network)) {
        read_flat(parameters, layers_);
        for (Index worker = 0; worker < n_threads; ++worker) {
            scratch_.emplace_back(network, std::min(block, n_rows));
        }
    }

    void predict(const T* X, Index n_rows, Answer answer, Index worker, T* answers) {
        Scratch& scratch = scratch_[worker];
        const Rows rows = {0, n_rows};
        for (Index i = 0; i < n_rows; ++i) {
            scratch.inputs.read_row(i, X + i * network_.n_features());
        }
        const PanelMatrix<T>* inputs = &scratch.inputs;
        for (std::size_t layer = 0; layer < layers_.size(); ++layer) {
            PanelMatrix<T>& outputs = scratch.outputs[layer];
            feedforward(network_.layers[layer], layers_[layer], *inputs, rows, outputs, outputs);
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
    // One for each thread: what the layers make of a block.
    struct Scratch {
        PanelMatrix<T> inputs;
        std::vector<PanelMatrix<T>> outputs;
        Columns<T> columns;

        Scratch(const Network& network, Index n_rows)
            : inputs(n_rows, network.n_features()), columns(network.n_outputs()) {
            for (const Dense& layer : network.layers) outputs.emplace_back(n_rows, layer.n_out);
        }
    };

    const Network& network_;
    std::vector<Parameters<T>> layers_;
    std::vector<Scratch> scratch_;
};

}  // namespace detail

// Fills in answers (n_rows, n_outputs) for X (n_rows, n_features).
template <class T, class Check>
void predict(const Network& network, const T* parameters, const T* X, Index n_rows, Answer answer,
             Index n_threads, const Check& check, T* answers) {
    static constexpr Index few = 4;
    static constexpr Index blocks_between_checks = 64;

    const FlushToZero flush_to_zero;
    if (n_rows <= few) {
        detail::FewRows<T> few_rows(network, parameters);
        for (Index i = 0; i < n_rows; ++i) {
            few_rows.predict(X + i * network.n_features(), answer,
                             answers + i * network.n_outputs());
        }
        return;
    }
    using Blocks = detail::ManyRows<T>;
    Team team(team_size(n_threads, cost_of_forward(network, n_rows)));
    Blocks blocks(network, parameters, n_rows, team.size());
    const Index n_blocks = round_up(n_rows, Blocks::block) / Blocks::block;
    for (Index begin = 0; begin < n_blocks; begin += blocks_between_checks) {
        const Index n_tasks = std::min(blocks_between_checks, n_blocks - begin);
        check(cost_of_forward(network, n_tasks * Blocks::block));
        team.for_each(n_tasks, [&](Index task, Index worker) {
            const Index first = (begin + task) * Blocks::block;
            blocks.predict(X + first * network.n_features(),
                           std::min(Blocks::block, n_rows - first), answer, worker,
                           answers + first * network.n_outputs());
        });
    }
}

}  // namespace errorest
