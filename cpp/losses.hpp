#pragma once

// Losses, their gradients, and what the logits mean under them (errorest/maths/losses.py).
//
// Here the lanes of a vector are rows: z[j] holds output j of as many samples as a vector has
// lanes, so that a softmax is a loop over the outputs without any sum across lanes.

#include "activations.hpp"
#include "elementary.hpp"
#include "matrix.hpp"
#include "transpose.hpp"

namespace errorest {

enum class LossKind {
    binary_brier,
    binary_cross_entropy,
    binary_focal,
    brier,
    cross_entropy,
    focal,
    perceptron,
    squared_error
};

struct Loss {
    LossKind kind = LossKind::binary_cross_entropy;
    double gamma = 0;  // of a focal loss
};

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
    explicit Columns(Index n_outputs)
        : n_outputs_(n_outputs), memory_(round_up(n_outputs, lanes<T>) * lanes<T>) {}

    Index n_outputs() const { return n_outputs_; }
    Vector<T> operator[](Index j) const { return load(memory_.data() + j * lanes<T>); }
    void set(Index j, Vector<T> x) { store(memory_.data() + j * lanes<T>, x); }

    // Rows first_row, first_row + 1, ... of a matrix, as many as a vector has lanes.
    void read(const PanelMatrix<T>& matrix, Index first_row) {
        for (Index j = 0; j < n_outputs_; j += lanes<T>) {
            const T* from = matrix.row(first_row, j / panel<T>) + j % panel<T>;
            T* to = memory_.data() + j * lanes<T>;
            if (n_outputs_ == 1) {
                for (Index lane = 0; lane < lanes<T>; ++lane) to[lane] = from[lane * panel<T>];
            } else {
                transpose_block<T>([&](Index lane) { return from + lane * panel<T>; }, to,
                                   lanes<T>);
            }
        }
    }

    void write(PanelMatrix<T>& matrix, Index first_row) const {
        for (Index j = 0; j < n_outputs_; j += lanes<T>) {
            T* to = matrix.row(first_row, j / panel<T>) + j % panel<T>;
            const T* from = memory_.data() + j * lanes<T>;
            if (n_outputs_ == 1) {
                for (Index lane = 0; lane < lanes<T>; ++lane) to[lane * panel<T>] = from[lane];
            } else {
                transpose_block<T>([&](Index k) { return from + k * lanes<T>; }, to, panel<T>);
            }
        }
    }

    // One row of a row-major matrix goes into one lane.
    void read_lane(Index lane, const T* from) {
        for (Index j = 0; j < n_outputs_; ++j) memory_[j * lanes<T> + lane] = from[j];
    }

   private:
    Index n_outputs_ = 0;
    Buffer<T> memory_;
};

// Class indices as one-hot columns.
template <class T>
struct OneHotColumns {
    Bits<T> classes;

    Vector<T> operator[](Index j) const {
        return classes == static_cast<Integer<T>>(j) ? broadcast(T(1)) : Vector<T>{};
    }
};

// Sums of logarithms ln(1 + x), x from 0 to 1, each for itself.
template <class T>
struct Logarithms {
    Vector<T> sum = {};
    void add(Vector<T> x) { sum += log1p<T>(x); }
};

// The same from the logarithm of the product, which is one for many. The product less 1 is kept, so
// that small x are not lost beside the 1.
template <class T>
class LogarithmOfProduct {
   public:
    void add(Vector<T> x) {
        product_less_1_ += x + product_less_1_ * x;
        if (++n_factors_ == most_factors) take_logarithm();
    }

    Vector<T> sum() {
        take_logarithm();
        return sum_;
    }

   private:
    static constexpr int most_factors = 96;  // 2^96 is a normal number

    void take_logarithm() {
        const Vector<T> x = product_less_1_;
        sum_ += x < 1 ? log1p<T>(x) : log<T>(T(1) + x);
        product_less_1_ = Vector<T>{};
        n_factors_ = 0;
    }

    Vector<T> sum_ = {};
    Vector<T> product_less_1_ = {};
    int n_factors_ = 0;
};

// Each function `loss` returns the loss of every lane's sample, y[j] being its targets, and puts
// d loss / dz in z's place. What it adds to the logarithms is a part of the loss too. Each function
// `output` puts the network's answer in z's place.

template <class T>
struct BinaryCrossEntropy {
    template <class Logits, class Truth, class Logs>
    static Vector<T> loss(Logits& z, const Truth& y, Logs& logarithms) {
        Vector<T> sum = {};
        for (Index j = 0; j < z.n_outputs(); ++j) {
            const Vector<T> e = exp<T>(-absolute<T>(z[j]));
            const Vector<T> certain = T(1) / (T(1) + e);
            const Vector<T> positive = z[j] > 0 ? z[j] : Vector<T>{};
            logarithms.add(e);
            sum += positive - y[j] * z[j];
            z.set(j, (z[j] >= 0 ? certain : e * certain) - y[j]);
        }
        return sum;
    }
    template <class Logits>
    static void output(Logits& z) {
        for (Index j = 0; j < z.n_outputs(); ++j) z.set(j, Sigmoid<T>{}.value(z[j]));
    }
};

template <class T>
struct CrossEntropy {
    template <class Logits, class Truth, class Logs>
    static Vector<T> loss(Logits& z, const Truth& y, Logs&) {
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
    template <class Logits>
    static void output(Logits& z) {
        const Vector<T> sum = exponentiate(z, largest(z));
        for (Index j = 0; j < z.n_outputs(); ++j) z.set(j, z[j] / sum);
    }
    template <class Logits>
    static Vector<T> largest(const Logits& z) {
        Vector<T> largest = z[0];
        for (Index j = 1; j < z.n_outputs(); ++j) largest = z[j] > largest ? z[j] : largest;
        return largest;
    }
    template <class Logits>
    static Vector<T> exponentiate(Logits& z, Vector<T> shift) {
        Vector<T> sum = {};
        for (Index j = 0; j < z.n_outputs(); ++j) {
            const Vector<T> exponential = exp<T>(z[j] - shift);
            z.set(j, exponential);
            sum += exponential;
        }
        return sum;
    }
};

// Cross-entropy, with rows that are recognised counting less: -y (1 - p)^gamma ln p.
template <class T>
struct BinaryFocalLoss : BinaryCrossEntropy<T> {
    T gamma;

    explicit BinaryFocalLoss(double gamma) : gamma(T(gamma)) {}

    template <class Logits, class Truth, class Logs>
    Vector<T> loss(Logits& z, const Truth& y, Logs&) const {
        Vector<T> sum = {};
        for (Index j = 0; j < z.n_outputs(); ++j) {
            const Vector<T> e = exp<T>(-absolute<T>(z[j]));
            const Vector<T> rest = log1p<T>(e);
            const Vector<T> loss_of_yes = rest + (z[j] < 0 ? -z[j] : Vector<T>{});  // -ln p
            const Vector<T> loss_of_no = rest + (z[j] > 0 ? z[j] : Vector<T>{});    // -ln q
            const Vector<T> p = Sigmoid<T>{}.value(z[j]);
            const Vector<T> q = Sigmoid<T>{}.value(-z[j]);
            const Vector<T> yes = y[j] * exp<T>(-gamma * loss_of_no);
            const Vector<T> no = (T(1) - y[j]) * exp<T>(-gamma * loss_of_yes);
            sum += yes * loss_of_yes + no * loss_of_no;
            z.set(j, no * (gamma * q * loss_of_no + p) - yes * (gamma * p * loss_of_yes + q));
        }
        return sum;
    }
};

template <class T>
struct FocalLoss : CrossEntropy<T> {
    T gamma;

    explicit FocalLoss(double gamma) : gamma(T(gamma)) {}

    // Which product is rounded before the difference at the end must not depend on the caller.
    template <class Logits, class Truth, class Logs>
    __attribute__((noinline)) Vector<T> loss(Logits& z, const Truth& y, Logs&) const {
        const Vector<T> shift = CrossEntropy<T>::largest(z);
        Vector<T> exponentials = {};
        for (Index j = 0; j < z.n_outputs(); ++j) exponentials += exp<T>(z[j] - shift);
        // The shift comes off first: beside large logits the rest would lose its digits.
        const Vector<T> log_sum = log<T>(exponentials);
        Vector<T> sum = {};
        Vector<T> all_slopes = {};
        for (Index j = 0; j < z.n_outputs(); ++j) {
            const Vector<T> log_p = z[j] - shift - log_sum;
            sum -= y[j] * weight(exp<T>(log_p)) * log_p;
            all_slopes += slope(log_p, y[j]);
        }
        for (Index j = 0; j < z.n_outputs(); ++j) {
            const Vector<T> log_p = z[j] - shift - log_sum;
            z.set(j, slope(log_p, y[j]) - exp<T>(log_p) * all_slopes);
        }
        return sum;
    }

    // 1 - p, but large enough to have a logarithm.
    static Vector<T> other(Vector<T> p) {
        const Vector<T> least = broadcast(std::numeric_limits<T>::min());
        return T(1) - p > least ? T(1) - p : least;
    }

    Vector<T> weight(Vector<T> p) const { return exp<T>(gamma * log<T>(other(p))); }

    // p times the derivative by p.
    Vector<T> slope(Vector<T> log_p, Vector<T> y) const {
        const Vector<T> p = exp<T>(log_p);
        return y * weight(p) * (gamma * p * log_p / other(p) - T(1));
    }
};

// Squared error of probabilities.
template <class T>
struct BinaryBrierLoss : BinaryCrossEntropy<T> {
    template <class Logits, class Truth, class Logs>
    static Vector<T> loss(Logits& z, const Truth& y, Logs&) {
        Vector<T> sum = {};
        for (Index j = 0; j < z.n_outputs(); ++j) {
            const Vector<T> p = Sigmoid<T>{}.value(z[j]);
            const Vector<T> q = Sigmoid<T>{}.value(-z[j]);
            const Vector<T> error = p - y[j];
            sum += error * error;
            z.set(j, T(2) * error * p * q);
        }
        return sum;
    }
};

template <class T>
struct BrierLoss : CrossEntropy<T> {
    template <class Logits, class Truth, class Logs>
    static Vector<T> loss(Logits& z, const Truth& y, Logs&) {
        CrossEntropy<T>::output(z);
        Vector<T> sum = {};
        Vector<T> mean_error = {};
        for (Index j = 0; j < z.n_outputs(); ++j) {
            const Vector<T> error = z[j] - y[j];
            sum += error * error;
            mean_error += z[j] * error;
        }
        for (Index j = 0; j < z.n_outputs(); ++j) {
            z.set(j, T(2) * z[j] * (z[j] - y[j] - mean_error));
        }
        return sum;
    }
};

template <class T>
struct PerceptronLoss {
    template <class Logits, class Truth, class Logs>
    static Vector<T> loss(Logits& z, const Truth& y, Logs&) {
        Vector<T> sum = {};
        for (Index j = 0; j < z.n_outputs(); ++j) {
            const Vector<T> error = Step<T>{}.value(z[j]) - y[j];
            sum += z[j] * error;
            z.set(j, error);
        }
        return sum;
    }
    template <class Logits>
    static void output(Logits& z) {
        for (Index j = 0; j < z.n_outputs(); ++j) z.set(j, Step<T>{}.value(z[j]));
    }
};

template <class T>
struct SquaredError {
    template <class Logits, class Truth, class Logs>
    static Vector<T> loss(Logits& z, const Truth& y, Logs&) {
        Vector<T> sum = {};
        for (Index j = 0; j < z.n_outputs(); ++j) {
            const Vector<T> error = z[j] - y[j];
            sum += error * error;
            z.set(j, error);
        }
        return sum / T(2);
    }
    template <class Logits>
    static void output(Logits&) {}
};

// Calls function with the loss as an object of its own type.
template <class T, class Function>
auto with_loss(const Loss& loss, Function&& function) {
    switch (loss.kind) {
        case LossKind::binary_brier:
            return function(BinaryBrierLoss<T>{});
        case LossKind::binary_cross_entropy:
            return function(BinaryCrossEntropy<T>{});
        case LossKind::binary_focal:
            return function(BinaryFocalLoss<T>{loss.gamma});
        case LossKind::brier:
            return function(BrierLoss<T>{});
        case LossKind::focal:
            return function(FocalLoss<T>{loss.gamma});
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
