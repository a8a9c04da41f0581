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
// thread works out those units whose weights it moves (tensor parallelism).
//
// Each sample is a row for each member of the network, one after the other.

#include "dropout.hpp"
#include "layers.hpp"
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
          layers_(make_parameters<T>(network)),
          n_members_(network.n_members()),
          part_samples_(std::max<Index>(1, most_part_rows / n_members_)),
          blocks_(blocks_of(layers_)),
          penalties_(static_cast<Index>(blocks_.size())),
          inputs_(std::min(largest_batch, part_samples_) * n_members_, samples.n_features),
          losses_(divide_up(inputs_.n_rows(), lanes<T>)),
          is_tensor_parallel_(network.is_dense() &&
                              parameters_outweigh_outputs(network, inputs_.n_rows())) {
        read_flat(parameters, layers_);
        if (is_tensor_parallel_) sort_by_units(blocks_, layers_);
        const Index n_rows = inputs_.n_rows();
        for (const Layer& layer : network.layers) {
            passes_.emplace_back(layer, n_rows);
            const bool is_transposed = passes_.size() > 1 && layer.kind == LayerKind::dense &&
                                       !layer.is_single_unit();
            transposed_.push_back(is_transposed ? PanelMatrix<T>(layer.n_out, layer.n_in)
                                                : PanelMatrix<T>());
        }
        for (const Block& block : blocks_) refresh_transposed(block);
        const Layer& first = network.layers.front();
        if (first.kind == LayerKind::periodic) {
            periodic_weights_ = PanelMatrix<T>(first.n_weight_rows(), first.n_weight_columns());
        }
        if (largest_batch > part_samples_) sums_ = make_parameters<T>(network);
        for (Index worker = 0; worker < team.size(); ++worker) {
            scratch_.emplace_back(network.n_outputs());
        }
    }

    std::vector<Parameters<T>>& layers() { return layers_; }

    // To be called after the weights of a block have changed.
    void refresh_transposed(const Block& block) {
        if (transposed_[block.layer].empty()) return;
        dense::transpose(layers_[block.layer].weights, block, transposed_[block.layer]);
    }

    // Returns J, and calls sink(block, gradient) for each block of parameters, on any thread. The
    // sink may move the block's parameters. check(cost) is called before every part, and may throw.
    template <class Check, class Sink>
    double evaluate(const Batch& batch, const DropoutStep& dropout, const Check& check,
                    const Sink& sink) {
        dropout_ = dropout;
        if (!periodic_weights_.empty()) periodic_weights_.copy(layers_.front().weights);
        const double total = total_weight(samples_, batch);
        double J = 0;
        for (Index begin = 0; begin < batch.n_rows; begin += part_samples_) {
            const Index end = std::min(begin + part_samples_, batch.n_rows);
            const Batch part = batch.part({begin, end});
            check(cost_of_step(network_, part.n_rows));
            J += pass_rows(part, begin * n_members_, total * static_cast<double>(n_members_));
            add_gradients(part.n_rows * n_members_, begin > 0, end == batch.n_rows, sink);
        }
        if (l2_ != 0) {
            double squares = 0;
            for (Index i = 0; i < penalties_.size(); ++i) squares += penalties_[i];
            J += l2_ / 2 * squares;
        }
        return J;
    }

    // Calls function(block, b, worker) for each block b, on any thread.
    template <class Function>
    void for_each_block(const Function& function) {
        const auto n_blocks = static_cast<Index>(blocks_.size());
        const Index blocks_per_task = std::max<Index>(1, n_blocks / 128);
        const Index n_tasks = divide_up(n_blocks, blocks_per_task);
        team_.for_each(n_tasks, [&](Index task, Index worker) {
            const Index begin = task * blocks_per_task;
            const Index end = std::min(begin + blocks_per_task, n_blocks);
            for (Index b = begin; b < end; ++b) function(blocks_[b], b, worker);
        });
    }

   private:
    static constexpr Index most_part_rows = 1024;
    static constexpr Index most_task_rows = 64;

    // What a layer makes of the rows of a part.
    struct Pass {
        PanelMatrix<T> kept;  // for the way back, such as logits
        PanelMatrix<T> outputs;
        PanelMatrix<T> mask;     // only where there is dropout,
        PanelMatrix<T> dropped;  // as are the outputs that it leaves
        PanelMatrix<T> deltas;   // of a dense layer, elsewhere dJ / doutputs

        Pass(const Layer& layer, Index n_rows)
            : outputs(n_rows, layer.n_out), deltas(n_rows, layer.n_out) {
            if (n_kept(layer) > 0) kept = PanelMatrix<T>(n_rows, n_kept(layer));
            if (layer.dropout > 0) {
                mask = PanelMatrix<T>(n_rows, layer.n_out);
                dropped = PanelMatrix<T>(n_rows, layer.n_out);
            }
        }

        PanelMatrix<T>& kept_or_outputs() { return kept.empty() ? outputs : kept; }
    };

    // One for each thread.
    struct Scratch {
        Columns<T> outputs;
        Columns<T> targets;
        BlockGradient<T> gradient;

        explicit Scratch(Index n_outputs) : outputs(n_outputs), targets(n_outputs) {}
    };

    // Takes the rows of a part forward and back, and returns their share of J.
    double pass_rows(const Batch& part, Index first_row, double total_weight) {
        const bool is_there = part.order == nullptr && part.first == first_there_ &&
                              part.n_rows == n_there_;
        first_there_ = part.order ? -1 : part.first;
        n_there_ = part.n_rows;

        const Index n_rows = part.n_rows * n_members_;
        const Index last = n_layers() - 1;
        const auto prepare = [&](Rows rows) {
            if (!is_there) gather(part, rows);
            draw_masks(rows, first_row);
        };
        const auto turn = [&](Rows rows, Index worker) {
            forward(last, rows, panels_of(last));
            lose(part, rows, total_weight, scratch_[worker]);
            backward(last, rows, panels_of(last));
        };
        if (is_tensor_parallel_) {
            for_each_rows(n_rows, [&](Rows rows, Index) { prepare(rows); });
            for (Index layer = 0; layer < last; ++layer) {
                for_each_panel(layer, n_rows, [&](Rows rows, Panels panels) {
                    forward(layer, rows, panels);
                });
            }
            for_each_rows(n_rows, turn);
            for (Index layer = last - 1; layer >= 0; --layer) {
                for_each_panel(layer, n_rows, [&](Rows rows, Panels panels) {
                    backward(layer, rows, panels);
                });
            }
        } else {
            for_each_rows(n_rows, [&](Rows rows, Index worker) {
                prepare(rows);
                for (Index layer = 0; layer < last; ++layer) {
                    forward(layer, rows, panels_of(layer));
                }
                turn(rows, worker);
                for (Index layer = last - 1; layer >= 0; --layer) {
                    backward(layer, rows, panels_of(layer));
                }
            });
        }
        double loss = 0;
        for (Index group = 0; group < divide_up(n_rows, lanes<T>); ++group) loss += losses_[group];
        return loss;
    }

    // Calls function(rows, worker) for tasks that cover the rows, on any thread: as many rows at
    // once as may be, since each task fetches all weights. Losses are kept by vectors of rows.
    template <class Function>
    void for_each_rows(Index n_rows, const Function& function) {
        const Index n_groups = divide_up(n_rows, lanes<T>);
        const Index n_tasks =
            std::min(n_groups, std::max(team_.size(), divide_up(n_rows, most_task_rows)));
        team_.for_each(n_tasks, [&](Index task, Index worker) {
            const Index end = n_groups * (task + 1) / n_tasks * lanes<T>;
            function(Rows{n_groups * task / n_tasks * lanes<T>, std::min(end, n_rows)}, worker);
        });
    }

    // Calls function(rows, panels) for tasks that cover the rows and a layer's panels, on any
    // thread.
    template <class Function>
    void for_each_panel(Index layer, Index n_rows, const Function& function) {
        const Index tasks_per_panel = divide_up(n_rows, most_task_rows);
        team_.for_each(panels_of(layer).end * tasks_per_panel, [&](Index task, Index) {
            const Index panel = task / tasks_per_panel;
            const Index begin = task % tasks_per_panel * most_task_rows;
            function(Rows{begin, std::min(begin + most_task_rows, n_rows)},
                     Panels{panel, panel + 1});
        });
    }

    void gather(const Batch& part, Rows rows) {
        for (Index i = rows.begin; i < rows.end; ++i) {
            inputs_.read_row(i, samples_.X + sample_of(part, i) * samples_.n_features);
        }
        if (part.order == nullptr) return;
        // Rows in random order come from afar: those of the next part may set out.
        for (Index i = rows.begin; i < rows.end; i += n_members_) {
            const Index ahead = part.n_rows + i / n_members_;
            if (part.first + ahead < samples_.n_samples) samples_.fetch(part[ahead]);
        }
    }

    // Which sample a row of a part is.
    Index sample_of(const Batch& part, Index row) const {
        return part[n_members_ == 1 ? row : row / n_members_];
    }

    const PanelMatrix<T>& inputs_of(Index layer) const {
        if (layer == 0) return inputs_;
        return has_dropout(layer - 1) ? passes_[layer - 1].dropped : passes_[layer - 1].outputs;
    }

    // first_row is the place of the part in its batch.
    void draw_masks(Rows rows, Index first_row) {
        for (Index layer = 0; layer < n_layers(); ++layer) {
            if (!has_dropout(layer)) continue;
            const RandomBits bits = dropout_.bits(layer + 1);
            for (Index i = rows.begin; i < rows.end; ++i) {
                draw_mask(dropout_of(layer), bits, first_row + i, i, passes_[layer].mask);
            }
        }
    }

    void forward(Index layer, Rows rows, Panels panels) {
        Pass& pass = passes_[layer];
        feedforward(network_.layers[layer], layers_[layer], inputs_of(layer), rows, panels,
                    pass.kept_or_outputs(), pass.outputs);
        if (!has_dropout(layer)) return;
        for (Index p = panels.begin; p < panels.end; ++p) {
            multiply_by_mask(pass.outputs, pass.mask, rows, p, pass.dropped);
        }
    }

    // Puts the loss's gradient into the deltas of the last layer, and keeps the losses.
    void lose(const Batch& part, Rows rows, double total_weight, Scratch& scratch) {
        Pass& last = passes_.back();
        for (Index i = rows.begin; i < rows.end; i += lanes<T>) {
            const Index n = std::min(lanes<T>, rows.end - i);
            Vector<T> shares = broadcast(T(1 / total_weight));
            for (Index lane = 0; samples_.sample_weight && lane < n; ++lane) {
                shares[lane] = T(samples_.sample_weight[sample_of(part, i + lane)] / total_weight);
            }
            scratch.outputs.read(inputs_of(n_layers()), i);
            const Vector<T> losses = losses_of(part, i, n, scratch);
            for (Index j = 0; j < network_.n_outputs(); ++j) {
                scratch.outputs.set(j, scratch.outputs[j] * shares);
            }
            scratch.outputs.write(last.deltas, i);
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

    void backward(Index layer, Rows rows, Panels panels) {
        const Layer& here = network_.layers[layer];
        Pass& pass = passes_[layer];
        bool has_derivative = here.kind != LayerKind::dense;
        for (Index p = panels.begin; p < panels.end; ++p) {
            if (layer + 1 < n_layers()) {
                const Layer& after = network_.layers[layer + 1];
                Pass& next = passes_[layer + 1];
                backpropagate(after, here, layers_[layer + 1], transposed_[layer + 1],
                              inputs_of(layer + 1), next.kept, next.deltas, rows, p, pass.deltas);
                has_derivative |= takes_derivative(after, here);
            }
            if (has_dropout(layer)) {
                multiply_by_mask(pass.deltas, pass.mask, rows, p, pass.deltas);
            }
            if (!has_derivative) {
                multiply_by_derivative(here.activation, pass.kept_or_outputs(), pass.outputs,
                                       rows, p, pass.deltas);
            }
        }
    }

    template <class Sink>
    void add_gradients(Index n_rows, bool has_sums, bool is_complete, const Sink& sink) {
        for_each_block([&](const Block& block, Index b, Index worker) {
            BlockGradient<T>& gradient = scratch_[worker].gradient;
            const Pass& pass = passes_[block.layer];
            if (team_.size() > 1 && !is_tensor_parallel_) claim(block);
            add_up(network_.layers[block.layer], periodic_weights_, block,
                   inputs_of(block.layer), pass.kept, pass.deltas, n_rows, gradient);
            if (has_sums) gradient.add(block, sums_[block.layer]);
            if (is_complete) {
                if (l2_ != 0) penalties_[b] = add_penalty(block, gradient);
                sink(block, gradient);
            } else {
                gradient.copy_to(block, sums_[block.layer]);
            }
        });
    }

    // To be called some time before the weights of a block change.
    void claim(const Block& block) {
        layers_[block.layer].weights.claim(block.rows, block.panel);
        PanelMatrix<T>& transposed = transposed_[block.layer];
        if (!transposed.empty()) dense::claim_transposed(block, transposed);
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

    double dropout_of(Index layer) const {
        return network_.layers[layer].dropout * dropout_.factor;
    }
    bool has_dropout(Index layer) const { return dropout_of(layer) > 0; }

    Panels panels_of(Index layer) const { return passes_[layer].outputs.all_panels(); }

    Index n_layers() const { return static_cast<Index>(passes_.size()); }

    const Network& network_;
    const Samples<T>& samples_;
    double l2_;
    Team& team_;
    std::vector<Parameters<T>> layers_;
    std::vector<PanelMatrix<T>> transposed_;  // weights of each dense layer but the first
    PanelMatrix<T> periodic_weights_;  // before the step, which moves block after block
    Index n_members_;
    Index part_samples_;
    std::vector<Block> blocks_;
    Buffer<double> penalties_;
    std::vector<Parameters<T>> sums_;  // gradients of the parts so far
    PanelMatrix<T> inputs_;
    std::vector<Pass> passes_;
    Buffer<double> losses_;  // of as many rows each as a vector has lanes
    bool is_tensor_parallel_;
    std::vector<Scratch> scratch_;
    DropoutStep dropout_;
    Index first_there_ = -1;  // which rows, in their own order, inputs_ still holds
    Index n_there_ = 0;
};

}  // namespace errorest
