#pragma once

// Rows of a batch side by side, with all that belongs to them: for narrow.hpp.

#include "narrow_product.hpp"
#include "network.hpp"

namespace errorest {

template <class T>
class NarrowBatch {
   public:
    NarrowBatch(const Samples<T>& samples, Index n_outputs)
        : samples_(samples),
          n_outputs_(n_outputs),
          is_far_(samples.n_samples * samples.n_features * Index(sizeof(T)) > cache_bytes),
          inputs_(samples.n_features + 1),
          targets_(n_outputs),
          classes_(most_samples),
          shares_(1) {
        inputs_.fill_row(samples.n_features, T(1));
    }

    // A row of ones below the features makes a layer's biases one more row of its weights.
    const SampleMatrix<T>& inputs() const { return inputs_; }

    SampleMatrix<T>& targets() { return targets_; }
    Bits<T> classes(Index first) const { return load(classes_.data() + first); }

    // Of each sample in J.
    Vector<T> shares(Index first) const { return load(shares_.at(0, first)); }

    Index n_rows() const { return rows_.n_rows; }

    // With those that fill up the last vector: the last row again, with no share in J. More of them
    // fill up the last strip.
    Index n_samples() const { return round_up(n_rows(), lanes<T>); }

    // Takes rows in, a share being their sample weight times `unit`. They may
    // still be there.
    void gather(const Batch& batch, double unit) {
        if (batch.repeats(rows_) && unit == unit_) return;
        rows_ = batch;
        unit_ = unit;
        fetch(batch, {0, std::min(fetch_distance, n_rows())});
        for (Index sample = 0; sample < n_samples(); sample += strip<T>) {
            const Index ahead = sample + fetch_distance;
            fetch(batch, {ahead, std::min(ahead + strip<T>, n_rows())});
            gather_strip(batch, sample);
        }
    }

   private:
    static constexpr Index fetch_distance = 64;     // in rows
    static constexpr Index cache_bytes = 1 << 19;   // a second level's, or less

    void gather_strip(const Batch& batch, Index first) {
        const Index n = std::min(strip<T>, batch.n_rows - first);
        Index rows[strip<T>];
        for (Index i = 0; i < n; ++i) rows[i] = batch[first + i];
        for (Index i = n; i < strip<T>; ++i) rows[i] = rows[n - 1];

        gather_inputs(rows, first);
        gather_targets(rows, first);
        T* shares = shares_.at(0, first);
        for (Index i = 0; i < strip<T>; i += lanes<T>) {
            store(shares + i, first_lanes<T>(broadcast(T(unit_)), n - i));
        }
        // The unit of large weights would be too small a number in float32.
        for (Index i = 0; samples_.sample_weight && i < n; ++i) {
            shares[i] = T(double(samples_.sample_weight[rows[i]]) * unit_);
        }
    }

    void gather_inputs(const Index* rows, Index first) {
        const Index n_features = samples_.n_features;
        if (n_features < lanes<T>) {
            for (Index j = 0; j < n_features; ++j) {
                copy_column(samples_.X + j, n_features, rows, inputs_.at(j, first));
            }
            return;
        }
        const T* from[strip<T>];
        for (Index i = 0; i < strip<T>; ++i) from[i] = samples_.X + rows[i] * n_features;
        for (Index i = 0; i < strip<T>; i += lanes<T>) {
            // The last block ends with the last feature, and repeats a few of the block before.
            for (Index j = 0; j < n_features; j += lanes<T>) {
                const Index begin = std::min(j, n_features - lanes<T>);
                transpose_block<T>([&](Index lane) { return from[i + lane] + begin; },
                                   inputs_.at(begin, first + i), SampleMatrix<T>::step);
            }
        }
    }

    void gather_targets(const Index* rows, Index first) {
        const auto [classes, values] = samples_.targets;
        if (classes) {
            for (Index i = 0; i < strip<T>; ++i) classes_[first + i] = classes[rows[i]];
            return;
        }
        for (Index j = 0; j < n_outputs_; ++j) {
            copy_column(values + j, n_outputs_, rows, targets_.at(j, first));
        }
    }

    // These rows of a column, in which a step leads from one row to the next.
    static void copy_column(const T* from, Index step, const Index* rows, T* to) {
#pragma GCC unroll 8
        for (Index i = 0; i < strip<T>; ++i) to[i] = from[rows[i] * step];
    }

    // Rows in random order come from memory one by one, unless they are asked for in time.
    __attribute__((always_inline)) void fetch(const Batch& batch, Rows rows) const {
        for (Index i = rows.begin; is_far_ && i < rows.end; ++i) samples_.fetch(batch[i]);
    }

    const Samples<T>& samples_;
    Index n_outputs_;
    bool is_far_;  // whether the rows come from memory
    SampleMatrix<T> inputs_;
    SampleMatrix<T> targets_;
    Buffer<Integer<T>> classes_;
    SampleMatrix<T> shares_;
    Batch rows_ = {};
    double unit_ = 0;
};

}  // namespace errorest
