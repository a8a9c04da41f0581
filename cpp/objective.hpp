#pragma once

// The objective J and its gradient, on one batch after the other.
//
//     J = (sum_i s_i loss_i) / (sum_i s_i) + (l2 / 2) sum(W^2)
//
// First each row goes forward, to its loss, and back to the deltas of all layers; rows do not
// meet. Then each block of parameters gets its gradient from the outputs and deltas of all rows;
// blocks do not meet. A batch of very many rows is done in parts.
//
// What a thread reads should be in its own cache, where it wrote it. Usually it takes some of the
// rows through all layers (data parallelism), and fetches the weights that other threads moved.
// Where these outweigh what the rows make of them, all rows go from layer to layer together, and a
// thread works out some of the units: on the way forward those whose weights it moves (tensor
// parallelism).
//
// Each sample is a row for each submodel of the network, one after the other.

#include <numeric>

#include "passes.hpp"
#include "team.hpp"

namespace errorest {

template <class T>
class Objective {
   public:
    Objective(const Network& network, const T* parameters, const Samples<T>& samples, double l2,
              Index largest_batch, Team& team)
        : network_(network),
          samples_(samples),
          l2_(l2),
          team_(team),
          layers_(network),
          n_submodels_(network.n_submodels()),
          cost_of_row_(cost_of_forward(network, 1) / static_cast<double>(n_submodels_)),
          part_samples_(std::max<Index>(1, most_part_rows / n_submodels_)),
          last_(static_cast<Index>(network.layers.size()) - 1),
          passes_(network, layers_, std::min(largest_batch, part_samples_) * n_submodels_),
          blocks_(blocks_of(layers_)),
          penalties_(static_cast<Index>(blocks_.size())),
          losses_(divide_up(passes_.n_rows(), lanes<T>)),
          is_tensor_parallel_(network.is_dense() &&
                              parameters_outweigh_outputs(network, passes_.n_rows())) {
        layers_.read(parameters);
        if (is_tensor_parallel_) sort_by_units(blocks_, layers_);
        for (const Block& block : blocks_) passes_.refresh_transposed(block);
        if (largest_batch > part_samples_) sums_ = NetworkParameters<T>(network);
        for (Index worker = 0; worker < team.size(); ++worker) {
            scratch_.emplace_back(network.n_outputs());
        }
    }

    using Numbers = NetworkParameters<T>;
    Numbers& parameters() { return layers_; }

    // Returns J, and calls sink(run, gradient) for each run of parameters, on any thread. The sink
    // may move them. check(cost) is called before every piece of work, and may throw.
    template <class Check, class Sink>
    double evaluate(const Batch& batch, const DropoutStep& dropout, const Check& check,
                    const Sink& sink) {
        passes_.begin_step(dropout);
        const double total = total_weight(samples_, batch) * static_cast<double>(n_submodels_);
        double J = 0;
        for (Index begin = 0; begin < batch.n_rows; begin += part_samples_) {
            const Index end = std::min(begin + part_samples_, batch.n_rows);
            const Part part = {batch.part({begin, end}), begin * n_submodels_,
                               (end - begin) * n_submodels_, total};
            pass_rows(part, check);
            there_ = part.samples;
            J += sum_of(losses_, divide_up(part.n_rows, lanes<T>));
            add_gradients(part.n_rows, begin > 0, end == batch.n_rows, check, sink);
        }
        return l2_ == 0 ? J : J + l2_ / 2 * sum_of(penalties_, penalties_.size());
    }

    // Calls function(run) for each run of parameters, on any thread. The function may move them.
    template <class Check, class Function>
    void for_each_run(const Check& check, const Function& function) {
        const auto cost = static_cast<double>(network_.n_parameters());
        for_each_block(cost, check, [&](const Block& block, Index, Index) {
            for_each_run_in(block, function);
            passes_.refresh_transposed(block);
        });
    }

   private:
    static constexpr Index most_part_rows = 1024;
    static constexpr Index most_task_rows = 64;
    static constexpr Index most_block_tasks = 128;

    // Calls function(block, b, worker) for each block b, on any thread, given the cost of all.
    template <class Check, class Function>
    void for_each_block(double cost, const Check& check, const Function& function) {
        const auto n_blocks = static_cast<Index>(blocks_.size());
        const Index n_tasks = std::min(n_blocks, most_block_tasks);
        const double cost_of_task = cost / static_cast<double>(n_tasks);
        team_.for_each(n_tasks, cost_of_task, check, [&](Index task, Index worker) {
            const Range blocks = part_of(n_blocks, task, n_tasks);
            for (Index b = blocks.begin; b < blocks.end; ++b) function(blocks_[b], b, worker);
        });
    }

    template <class Function>
    void for_each_run_in(const Block& block, const Function& function) const {
        const Layer& layer = network_.layers[block.layer];
        function(Run{block, false, block.rows.size() * panel<T>, layer.weights});
        if (block.has_biases) function(Run{block, true, panel<T>, layer.biases});
    }

    // One for each thread.
    struct Scratch {
        Columns<T> outputs;
        Columns<T> targets;
        BlockGradient<T> gradient;

        explicit Scratch(Index n_outputs) : outputs(n_outputs), targets(n_outputs) {}
    };

    // Some samples of a batch.
    struct Part {
        Batch samples;
        Index first_row;      // in the batch
        Index n_rows;
        double total_weight;  // of the batch's rows
    };

    static double sum_of(const Buffer<double>& numbers, Index n) {
        return std::accumulate(numbers.data(), numbers.data() + n, 0.0);
    }

    // Takes the rows of a part forward, to their losses, and back.
    template <class Check>
    void pass_rows(const Part& part, const Check& check) {
        if (is_tensor_parallel_) {
            pass_layer_by_layer(part, check);
            return;
        }
        for_each_rows(part.n_rows, 2 * cost_of_row_, check, [&](Rows rows, Index worker) {
            begin(part, rows);
            for (Index layer = 0; layer < last_; ++layer) passes_.forward(layer, rows);
            turn(part, rows, scratch_[worker]);
            for (Index layer = last_ - 1; layer >= 0; --layer) passes_.backward(layer, rows);
        });
    }

    template <class Check>
    void pass_layer_by_layer(const Part& part, const Check& check) {
        for_each_rows(part.n_rows, 0, check, [&](Rows rows, Index) { begin(part, rows); });
        for (Index layer = 0; layer < last_; ++layer) {
            for_each_panel(layer, part.n_rows, check, [&](Rows rows, Panels panels) {
                passes_.forward(layer, rows, panels);
            });
        }
        const double cost_of_turn = 2 * network_.layers[last_].cost_of_row();
        for_each_rows(part.n_rows, cost_of_turn, check, [&](Rows rows, Index worker) {
            turn(part, rows, scratch_[worker]);
        });
        for (Index layer = last_ - 1; layer >= 0; --layer) {
            for_each_panel(layer, part.n_rows, check, [&](Rows rows, Panels panels) {
                passes_.backward(layer, rows, panels);
            });
        }
    }

    void begin(const Part& part, Rows rows) {
        if (!part.samples.repeats(there_)) gather(part.samples, rows);
        passes_.draw_masks(rows, part.first_row);
    }

    // Through the last layer, to the losses, and back through it.
    void turn(const Part& part, Rows rows, Scratch& scratch) {
        passes_.forward(last_, rows);
        lose(part, rows, scratch);
        passes_.backward(last_, rows);
    }

    // Calls function(rows, worker) for tasks that cover the rows, on any thread: as many rows at
    // once as may be, since each task fetches all weights. Losses are kept by vectors of rows.
    template <class Check, class Function>
    void for_each_rows(Index n_rows, double cost_of_row, const Check& check,
                       const Function& function) {
        const Index n_groups = divide_up(n_rows, lanes<T>);
        const Index n_tasks =
            std::min(n_groups, std::max(team_.size(), divide_up(n_rows, most_task_rows)));
        const double cost = static_cast<double>(n_rows) * cost_of_row;
        team_.for_each(n_tasks, cost / static_cast<double>(n_tasks), check,
                       [&](Index task, Index worker) {
            const Range groups = part_of(n_groups, task, n_tasks);
            const Index end = std::min(groups.end * lanes<T>, n_rows);
            function(Rows{groups.begin * lanes<T>, end}, worker);
        });
    }

    // Calls function(rows, panels) for tasks that cover the rows and a layer's panels, on any
    // thread; a few panels are enough for all threads.
    template <class Check, class Function>
    void for_each_panel(Index layer, Index n_rows, const Check& check, const Function& function) {
        const Index n_panels = passes_.n_panels(layer);
        const Index tasks_per_panel = std::min(
            n_rows, std::max(divide_up(n_rows, most_task_rows), divide_up(team_.size(), n_panels)));
        const double cost = static_cast<double>(n_rows) * network_.layers[layer].cost_of_row();
        const Index n_tasks = n_panels * tasks_per_panel;
        team_.for_each(n_tasks, cost / static_cast<double>(n_tasks), check, [&](Index task, Index) {
            const Index panel = task / tasks_per_panel;
            function(part_of(n_rows, task % tasks_per_panel, tasks_per_panel),
                     Panels{panel, panel + 1});
        });
    }

    void gather(const Batch& part, Rows rows) {
        for (Index i = rows.begin; i < rows.end; ++i) {
            passes_.inputs().read_row(i, samples_.X + sample_of(part, i) * samples_.n_features);
        }
        if (part.order == nullptr) return;
        // Rows in random order come from afar: those of the next part may set out.
        for (Index i = rows.begin; i < rows.end; i += n_submodels_) {
            const Index ahead = part.n_rows + i / n_submodels_;
            if (part.first + ahead < samples_.n_samples) samples_.fetch(part[ahead]);
        }
    }

    // Which sample a row of a part is.
    Index sample_of(const Batch& part, Index row) const {
        return part[n_submodels_ == 1 ? row : row / n_submodels_];
    }

    // Puts the loss's gradient into the deltas of the last layer, and keeps the losses.
    void lose(const Part& part, Rows rows, Scratch& scratch) {
        for (Index i = rows.begin; i < rows.end; i += lanes<T>) {
            const Index n = std::min(lanes<T>, rows.end - i);
            Vector<T> shares = broadcast(T(1 / part.total_weight));
            for (Index lane = 0; samples_.sample_weight && lane < n; ++lane) {
                const Index sample = sample_of(part.samples, i + lane);
                shares[lane] = T(samples_.sample_weight[sample] / part.total_weight);
            }
            scratch.outputs.read(passes_.outputs(), i);
            const Vector<T> losses = losses_of(part.samples, i, n, scratch);
            for (Index j = 0; j < network_.n_outputs(); ++j) {
                scratch.outputs.set(j, scratch.outputs[j] * shares);
            }
            scratch.outputs.write(passes_.deltas(), i);
            losses_[i / lanes<T>] =
                static_cast<double>(sum_of_lanes<T>(first_lanes<T>(shares * losses, n)));
        }
    }

    // The losses of n rows, whose gradients take the place of the outputs.
    Vector<T> losses_of(const Batch& part, Index first, Index n, Scratch& scratch) const {
        const Targets<T>& targets = samples_.targets;
        Logarithms<T> logarithms;
        const Vector<T> rest = with_loss<T>(network_.loss, [&](auto loss) {
            if (targets.classes) {
                OneHotColumns<T> columns = {};
                for (Index lane = 0; lane < n; ++lane) {
                    columns.classes[lane] = targets.classes[sample_of(part, first + lane)];
                }
                return loss.loss(scratch.outputs, columns, logarithms);
            }
            for (Index lane = 0; lane < n; ++lane) {
                scratch.targets.read_lane(
                    lane,
                    targets.values + sample_of(part, first + lane) * network_.n_outputs());
            }
            return loss.loss(scratch.outputs, scratch.targets, logarithms);
        });
        return rest + logarithms.sum;
    }

    template <class Check, class Sink>
    void add_gradients(Index n_rows, bool has_sums, bool is_complete, const Check& check,
                       const Sink& sink) {
        const double cost = static_cast<double>(n_rows) * cost_of_row_;
        for_each_block(cost, check, [&](const Block& block, Index b, Index worker) {
            BlockGradient<T>& gradient = scratch_[worker].gradient;
            if (team_.size() > 1 && !is_tensor_parallel_) claim(block);
            passes_.add_up(block, n_rows, gradient);
            if (has_sums) {
                for_each_run_in(block, [&](const Run& run) {
                    const T* sums = sums_.at(run);
                    for (Index i = 0; i < run.size; ++i) gradient.at(run)[i] += sums[i];
                });
            }
            if (is_complete) {
                if (l2_ != 0) penalties_[b] = add_penalty(block, gradient);
                for_each_run_in(block, [&](const Run& run) { sink(run, gradient.at(run)); });
                passes_.refresh_transposed(block);
            } else {
                for_each_run_in(block, [&](const Run& run) {
                    std::copy_n(gradient.at(run), run.size, sums_.at(run));
                });
            }
        });
    }

    // To be called some time before the weights of a block change.
    void claim(const Block& block) {
        layers_[block.layer].weights.claim(block.rows, block.panel);
        passes_.claim_transposed(block);
    }

    // Returns the sum of W^2 over the block, as far as it counts.
    double add_penalty(const Block& block, BlockGradient<T>& gradient) const {
        const PanelMatrix<T>& weights = layers_[block.layer].weights;
        const double share = network_.layers[block.layer].weights.decay;
        const T l2 = T(l2_ * share);
        double sum = 0;
        for (Index i = block.rows.begin; i < block.rows.end; ++i) {
            const T* w = weights.row(i, block.panel);
            T* grad = gradient.weights + (i - block.rows.begin) * panel<T>;
            T sum_of_row = 0;
            for (Index j = 0; j < weights.columns_in(block.panel); ++j) {
                grad[j] += l2 * w[j];
                sum_of_row += w[j] * w[j];
            }
            sum += static_cast<double>(sum_of_row);
        }
        return share * sum;
    }

    const Network& network_;
    const Samples<T>& samples_;
    double l2_;
    Team& team_;
    NetworkParameters<T> layers_;
    Index n_submodels_;
    double cost_of_row_;  // forward
    Index part_samples_;
    Index last_;  // layer
    Passes<T> passes_;
    std::vector<Block> blocks_;
    Buffer<double> penalties_;
    Buffer<double> losses_;  // of as many rows each as a vector has lanes
    bool is_tensor_parallel_;
    NetworkParameters<T> sums_;  // gradients of the parts so far
    std::vector<Scratch> scratch_;
    Batch there_ = {};  // whose rows the passes still hold
};

}  // namespace errorest
