#pragma once

// Logits, and the network's answers, for any number of rows.

#include "dense_layer.hpp"
#include "team.hpp"
#include "training.hpp"

namespace errorest {

enum class Answer { logits, outputs };

// Fills in answers (n_rows, n_outputs) for X (n_rows, n_features).
template <class T>
void predict(const Network& network, const T* parameters, const T* X, Index n_rows, Answer answer,
             Index n_threads, T* answers) {
    static constexpr Index task_rows = 96;

    // Of the thread that does a task: what each layer makes of its rows.
    struct Scratch {
        PanelMatrix<T> inputs;
        std::vector<PanelMatrix<T>> outputs;
        Columns<T> columns;
    };

    const FlushToZero flush_to_zero;
    Team team(team_size(n_threads, cost_of_batch(network, n_rows) / 3));
    std::vector<Parameters<T>> layers = make_parameters<T>(network);
    read_flat(parameters, layers);
    std::vector<Scratch> all_scratch;
    for (Index worker = 0; worker < team.size(); ++worker) {
        const Index n = std::min(task_rows, n_rows);
        all_scratch.push_back({PanelMatrix<T>(n, network.n_features()), {},
                               Columns<T>(network.n_outputs())});
        for (const Dense& layer : network.layers) {
            all_scratch.back().outputs.emplace_back(n, layer.n_out);
        }
    }

    const Index n_tasks = round_up(n_rows, task_rows) / task_rows;
    team.for_each(n_tasks, [&](Index task, Index worker) {
        Scratch& scratch = all_scratch[worker];
        const Index first = task * task_rows;
        const Rows rows = {0, std::min(task_rows, n_rows - first)};
        for (Index i = 0; i < rows.end; ++i) {
            scratch.inputs.read_row(i, X + (first + i) * network.n_features());
        }
        const PanelMatrix<T>* inputs = &scratch.inputs;
        for (std::size_t layer = 0; layer < layers.size(); ++layer) {
            PanelMatrix<T>& outputs = scratch.outputs[layer];
            feedforward(network.layers[layer], layers[layer], *inputs, rows, outputs, outputs);
            inputs = &outputs;
        }
        PanelMatrix<T>& last = scratch.outputs.back();
        if (answer == Answer::outputs && network.loss != LossKind::squared_error) {
            for (Index i = 0; i < rows.end; i += lanes<T>) {
                const Index n = std::min(lanes<T>, rows.end - i);
                scratch.columns.read(last, i, n);
                with_loss<T>(network.loss, [&](auto loss) { loss.output(scratch.columns); });
                scratch.columns.write(last, i, n);
            }
        }
        for (Index i = 0; i < rows.end; ++i) {
            last.write_row(i, answers + (first + i) * network.n_outputs());
        }
    });
}

}  // namespace errorest
