#pragma once

// Activation functions and their derivatives (errorest/maths/activations.py).
//
// The derivative is given the logit z and the output a. Most need a only; those that need z say
// so, and the network then keeps the logits. Quick ones take an instruction or two: they are done
// where a product still is in registers.
//
// How to add an activation: write a struct like those below, add it to ActivationKind and to
// with_activation, and to ACTIVATIONS in errorest/engine/compiled.py.

#include "elementary.hpp"
#include "matrix.hpp"

namespace errorest {

enum class ActivationKind { identity, step, sigmoid, tanh, relu, leaky_relu, selu, gelu };

struct Activation {
    ActivationKind kind = ActivationKind::identity;
    double first = 0;  // the slope of a leaky ReLU, the scale of a SELU
    double second = 0;  // the alpha of a SELU
};

template <class T>
struct Identity {
    static constexpr bool needs_logits = false;
    static constexpr bool is_quick = true;
    Vector<T> value(Vector<T> z) const { return z; }
    Vector<T> derivative(Vector<T>, Vector<T>) const { return broadcast(T(1)); }
};

template <class T>
struct Step {
    static constexpr bool needs_logits = false;
    static constexpr bool is_quick = false;
    Vector<T> value(Vector<T> z) const { return z >= 0 ? broadcast(T(1)) : Vector<T>{}; }
    Vector<T> derivative(Vector<T>, Vector<T>) const { return Vector<T>{}; }
};

template <class T>
struct Sigmoid {
    static constexpr bool needs_logits = false;
    static constexpr bool is_quick = false;
    Vector<T> value(Vector<T> z) const {
        const Vector<T> exponential = exp<T>(negative_absolute<T>(z));
        return (z >= 0 ? broadcast(T(1)) : exponential) / (T(1) + exponential);
    }
    Vector<T> derivative(Vector<T>, Vector<T> a) const { return a * (T(1) - a); }
};

template <class T>
struct Tanh {
    static constexpr bool needs_logits = false;
    static constexpr bool is_quick = false;
    Vector<T> value(Vector<T> z) const { return tanh<T>(z); }
    Vector<T> derivative(Vector<T>, Vector<T> a) const { return T(1) - a * a; }
};

template <class T>
struct ReLU {
    static constexpr bool needs_logits = false;
    static constexpr bool is_quick = true;
    Vector<T> value(Vector<T> z) const { return z > 0 ? z : Vector<T>{}; }
    Vector<T> derivative(Vector<T>, Vector<T> a) const {
        return a > 0 ? broadcast(T(1)) : Vector<T>{};
    }
};

template <class T>
struct LeakyReLU {
    static constexpr bool needs_logits = true;
    static constexpr bool is_quick = false;
    T slope;
    Vector<T> value(Vector<T> z) const { return z > 0 ? z : slope * z; }
    Vector<T> derivative(Vector<T> z, Vector<T>) const {
        return z > 0 ? broadcast(T(1)) : broadcast(slope);
    }
};

template <class T>
struct SELU {
    static constexpr bool needs_logits = true;
    static constexpr bool is_quick = false;
    T scale;
    T alpha;
    Vector<T> value(Vector<T> z) const {
        const Vector<T> negative = z < 0 ? z : Vector<T>{};
        return scale * (z > 0 ? z : alpha * expm1<T>(negative));
    }
    Vector<T> derivative(Vector<T> z, Vector<T>) const {
        const Vector<T> negative = z < 0 ? z : Vector<T>{};
        return scale * (z > 0 ? broadcast(T(1)) : alpha * exp<T>(negative));
    }
};

template <class T>
struct GELU {
    static constexpr bool needs_logits = true;
    static constexpr bool is_quick = false;
    static constexpr T root = T(0.79788456080286536);  // sqrt(2 / pi)
    static constexpr T cubic = T(0.044715);

    Vector<T> value(Vector<T> z) const {
        const Vector<T> tangent = tanh<T>(root * (z + cubic * z * z * z));
        return z * ((T(1) + tangent) / T(2));
    }
    // With a = z s, where s = (1 + tangent) / 2 is not worked out again.
    Vector<T> derivative(Vector<T> z, Vector<T> a) const {
        const Vector<T> s = z == 0 ? broadcast(T(0.5)) : a / z;
        // Beyond, a (1 - s) is 0, and a square may be too large.
        const Vector<T> near_0 = absolute<T>(z) < T(10) ? z : Vector<T>{};
        const Vector<T> slope = root * (T(1) + 3 * cubic * near_0 * near_0);
        return s + a * (T(1) - s) * (slope + slope);
    }
};

// Calls function with the activation as an object of its own type.
template <class T, class Function>
auto with_activation(const Activation& activation, Function&& function) {
    switch (activation.kind) {
        case ActivationKind::step:
            return function(Step<T>{});
        case ActivationKind::sigmoid:
            return function(Sigmoid<T>{});
        case ActivationKind::tanh:
            return function(Tanh<T>{});
        case ActivationKind::relu:
            return function(ReLU<T>{});
        case ActivationKind::leaky_relu:
            return function(LeakyReLU<T>{T(activation.first)});
        case ActivationKind::selu:
            return function(SELU<T>{T(activation.first), T(activation.second)});
        case ActivationKind::gelu:
            return function(GELU<T>{});
        case ActivationKind::identity:
            break;
    }
    return function(Identity<T>{});
}

inline bool needs_logits(const Activation& activation) {
    return with_activation<float>(activation,
                                  [](const auto& function) { return function.needs_logits; });
}

inline bool is_quick(const Activation& activation) {
    return with_activation<float>(activation,
                                  [](const auto& function) { return function.is_quick; });
}

// Panel p of outputs[rows] = activation(logits[rows]); they may be the same matrix.
template <class T>
void activate(const Activation& activation, const PanelMatrix<T>& logits, Rows rows, Index p,
              PanelMatrix<T>& outputs) {
    if (activation.kind == ActivationKind::identity && &logits == &outputs) return;
    with_activation<T>(activation, [&](const auto& function) {
        for (Index at = 0; at < logits.columns_in(p); at += lanes<T>) {
            for (Index i = rows.begin; i < rows.end; ++i) {
                const Vector<T> z = load(logits.row(i, p) + at);
                store(outputs.row(i, p) + at, function.value(z));
            }
        }
    });
}

// Puts activation(z) in the place of n logits in a row, with room for a whole number of vectors.
template <class T>
void activate(const Activation& activation, T* outputs, Index n) {
    with_activation<T>(activation, [&](const auto& function) {
        for (Index j = 0; j < n; j += lanes<T>) {
            store(outputs + j, function.value(load(outputs + j)));
        }
    });
}

// Panel p of deltas[rows] times the derivative there.
template <class T>
void multiply_by_derivative(const Activation& activation, const PanelMatrix<T>& logits,
                            const PanelMatrix<T>& outputs, Rows rows, Index p,
                            PanelMatrix<T>& deltas) {
    if (activation.kind == ActivationKind::identity) return;
    with_activation<T>(activation, [&](const auto& function) {
        using Function = std::decay_t<decltype(function)>;
        for (Index at = 0; at < deltas.columns_in(p); at += lanes<T>) {
            for (Index i = rows.begin; i < rows.end; ++i) {
                Vector<T> z = {};
                if constexpr (Function::needs_logits) z = load(logits.row(i, p) + at);
                const Vector<T> a = load(outputs.row(i, p) + at);
                T* delta = deltas.row(i, p) + at;
                store(delta, load(delta) * function.derivative(z, a));
            }
        }
    });
}

}  // namespace errorest
