#pragma once

// Losses, their gradients, and what the logits mean under them (errorest/maths/losses.py).
//
// Here the lanes of a vector are rows: z[j] holds output j of as many samples as a vector has
// lanes, so that a softmax is a loop over the outputs without any sum across lanes.

#include "elementary.hpp"
#include "matrix.hpp"

namespace errorest {

enum class LossKind { binary_cross_entropy, cross_entropy, perceptron, squared_error };

// What the samples should have been: class indices, or one value for each output.
template <class T>
struct Targets {
    const std::int32_t* classes = nullptr;  // (n_samples,)
    const T* values = nullptr;              // (n_samples, n_outputs)
};

// A few rows of logits or targets, one vector for each output.
template <class T>
class Columns {
   public:
    Columns() = default;
    explicit Columns(Index n_outputs) : n_outputs_(n_outputs), memory_(n_outputs * lanes<T>) {}

    Index n_outputs() const { return n_outputs_; }
    Vector<T> operator[](Index j) const { return load(memory_.data() + j * lanes<T>); }
    void set(Index j, Vector<T> x) { store(memory_.data() + j * lanes<T>, x); }

    void read(const PanelMatrix<T>& matrix, Index first_row, Index n_rows) {
        for (Index p = 0; p < matrix.n_panels(); ++p) {
            T* to = memory_.data() + p * panel<T> * lanes<T>;
            for (Index lane = 0; lane < n_rows; ++lane) {
                const T* from = matrix.row(first_row + lane, p);
                for (Index j = 0; j < matrix.columns_in(p); ++j) to[j * lanes<T> + lane] = from[j];
            }
        }
    }

    void write(PanelMatrix<T>& matrix, Index first_row, Index n_rows) const {
        for (Index p = 0; p < matrix.n_panels(); ++p) {
            const T* from = memory_.data() + p * panel<T> * lanes<T>;
            for (Index lane = 0; lane < n_rows; ++lane) {
                T* to = matrix.row(first_row + lane, p);
                for (Index j = 0; j < matrix.columns_in(p); ++j) to[j] = from[j * lanes<T> + lane];
            }
        }
    }

    // One row of a row-major matrix goes into one lane.
    void read_lane(Index lane, const T* from) {
        for (Index j = 0; j < n_outputs_; ++j) memory_[j * lanes<T> + lane] = from[j];
    }

    void read_class(Index lane, Index index) {
        for (Index j = 0; j < n_outputs_; ++j) memory_[j * lanes<T> + lane] = j == index ? 1 : 0;
    }

   private:
    Index n_outputs_ = 0;
    Buffer<T> memory_;
};

// Each function `loss` returns the loss of every lane's sample and puts d loss / dz in z's place;
// each function `output` puts the network's answer there.

template <class T>
struct BinaryCrossEntropy {
    static Vector<T> loss(Columns<T>& z, const Columns<T>& y) {
        Vector<T> sum = {};
        for (Index j = 0; j < z.n_outputs(); ++j) {
            const Vector<T> exponential = exp<T>(-absolute<T>(z[j]));
            const Vector<T> positive = z[j] > 0 ? z[j] : Vector<T>{};
            sum += positive - y[j] * z[j] + log1p<T>(exponential);
            z.set(j, probability(z[j], exponential) - y[j]);
        }
        return sum;
    }
    static void output(Columns<T>& z) {
        for (Index j = 0; j < z.n_outputs(); ++j) {
            z.set(j, probability(z[j], exp<T>(-absolute<T>(z[j]))));
        }
    }
    static Vector<T> probability(Vector<T> z, Vector<T> exponential) {
        return (z >= 0 ? broadcast(T(1)) : exponential) / (T(1) + exponential);
    }
};

template <class T>
struct CrossEntropy {
    static Vector<T> loss(Columns<T>& z, const Columns<T>& y) {
        Vector<T> correct = {};
        Vector<T> all_targets = {};
        const Vector<T> shift = largest(z);
        for (Index j = 0; j < z.n_outputs(); ++j) {
            correct += y[j] * (z[j] - shift);
            all_targets += y[j];
        }
        const Vector<T> sum = exponentiate(z, shift);
        const Vector<T> factor = T(1) / sum;
        for (Index j = 0; j < z.n_outputs(); ++j) z.set(j, z[j] * factor - y[j]);
        return all_targets * log<T>(sum) - correct;
    }
    static void output(Columns<T>& z) {
        const Vector<T> sum = exponentiate(z, largest(z));
        for (Index j = 0; j < z.n_outputs(); ++j) z.set(j, z[j] / sum);
    }
    static Vector<T> largest(const Columns<T>& z) {
        Vector<T> largest = z[0];
        for (Index j = 1; j < z.n_outputs(); ++j) largest = z[j] > largest ? z[j] : largest;
        return largest;
    }
    static Vector<T> exponentiate(Columns<T>& z, Vector<T> shift) {
        Vector<T> sum = {};
        for (Index j = 0; j < z.n_outputs(); ++j) {
            const Vector<T> exponential = exp<T>(z[j] - shift);
            z.set(j, exponential);
            sum += exponential;
        }
        return sum;
    }
};

template <class T>
struct PerceptronLoss {
    static Vector<T> loss(Columns<T>& z, const Columns<T>& y) {
        Vector<T> sum = {};
        for (Index j = 0; j < z.n_outputs(); ++j) {
            const Vector<T> error = step(z[j]) - y[j];
            sum += z[j] * error;
            z.set(j, error);
        }
        return sum;
    }
    static void output(Columns<T>& z) {
        for (Index j = 0; j < z.n_outputs(); ++j) z.set(j, step(z[j]));
    }
    static Vector<T> step(Vector<T> z) { return z >= 0 ? broadcast(T(1)) : Vector<T>{}; }
};

template <class T>
struct SquaredError {
    static Vector<T> loss(Columns<T>& z, const Columns<T>& y) {
        Vector<T> sum = {};
        for (Index j = 0; j < z.n_outputs(); ++j) {
            const Vector<T> error = z[j] - y[j];
            sum += error * error;
            z.set(j, error);
        }
        return sum / T(2);
    }
    static void output(Columns<T>&) {}
};

// Calls function with the loss as an object of its own type.
template <class T, class Function>
auto with_loss(LossKind kind, Function&& function) {
    switch (kind) {
        case LossKind::binary_cross_entropy:
            return function(BinaryCrossEntropy<T>{});
        case LossKind::cross_entropy:
            return function(CrossEntropy<T>{});
        case LossKind::perceptron:
            return function(PerceptronLoss<T>{});
        case LossKind::squared_error:
            break;
    }
    return function(SquaredError<T>{});
}

}  // namespace errorest
