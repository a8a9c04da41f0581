#pragma once

// Exponential, logarithm and hyperbolic tangent of vectors, to one or two units in the last place.
//
// A NaN comes out as a NaN, so that a training that diverges is seen to diverge.

#include <array>

#include "simd.hpp"

namespace errorest {

namespace detail {

template <class T>
struct Format;

template <>
struct Format<float> {
    static constexpr int mantissa_bits = 23;
    static constexpr int bias = 127;
    static constexpr int exp_terms = 7;
    static constexpr int log_terms = 6;
    static constexpr int log1p_terms = 8;
    static constexpr float smallest_exponent = -87.0F;  // exp of less is no normal number
    static constexpr float ln2_high = 0.693359375F;  // few bits: n * ln2_high is exact
    static constexpr float ln2_low = -2.12194440e-4F;
    static constexpr float rounder = 12582912.0F;  // 1.5 * 2^23
};

template <>
struct Format<double> {
    static constexpr int mantissa_bits = 52;
    static constexpr int bias = 1023;
    static constexpr int exp_terms = 13;
    static constexpr int log_terms = 12;
    static constexpr int log1p_terms = 17;
    static constexpr double smallest_exponent = -708.0;
    static constexpr double ln2_high = 6.93145751953125e-1;
    static constexpr double ln2_low = 1.42860682030941723212e-6;
    static constexpr double rounder = 6755399441055744.0;  // 1.5 * 2^52
};

// c[0] + c[1] x + ... + c[n - 1] x^(n - 1): the even and the odd powers are two strands, which do
// not wait for each other.
template <class T, std::size_t n>
inline Vector<T> power_series(const std::array<T, n>& c, Vector<T> x) {
    const Vector<T> square = x * x;
    Vector<T> strands[2] = {broadcast(c[(n - 1) / 2 * 2]), broadcast(c[n / 2 * 2 - 1])};
#pragma GCC unroll 32
    for (int k = n - 3; k >= 0; --k) strands[k % 2] = c[k] + strands[k % 2] * square;
    return strands[0] + strands[1] * x;
}

// 1, 1 / 2!, 1 / 3!, ...
template <class T, int n>
constexpr std::array<T, n> inverse_factorials() {
    std::array<T, n> c{};
    double factorial = 1;
    for (int k = 0; k < n; ++k) {
        factorial *= k + 1;
        c[k] = T(1 / factorial);
    }
    return c;
}

// 1, 1 / 3, 1 / 5, ...
template <class T, int n>
constexpr std::array<T, n> inverse_odd_numbers() {
    std::array<T, n> c{};
    for (int k = 0; k < n; ++k) c[k] = T(1.0 / (2 * k + 1));
    return c;
}

// s + s^3 / 3 + s^5 / 5 + ..., n terms.
template <class T, int n>
inline Vector<T> inverse_tanh(Vector<T> s) {
    static constexpr auto coefficients = inverse_odd_numbers<T, n>();
    return s * power_series<T>(coefficients, s * s);
}

// exp(x) = scale * (1 + rest), with scale a power of two and rest a short series.
template <class T>
struct SplitExponential {
    Vector<T> scale;
    Vector<T> rest;
};

template <class T>
inline SplitExponential<T> split_exponential(Vector<T> x) {
    using F = Format<T>;
    x = x < F::smallest_exponent ? broadcast(F::smallest_exponent) : x;

    // Adding the rounder leaves the nearest integer n in the lowest bits.
    const Vector<T> rounded = x * T(1.4426950408889634) + F::rounder;
    const Vector<T> n = rounded - F::rounder;
    const Vector<T> r = x - n * F::ln2_high - n * F::ln2_low;

    // r + r^2 / 2! + r^3 / 3! + ... with |r| <= ln(2) / 2.
    static constexpr auto coefficients = inverse_factorials<T, F::exp_terms>();
    const Vector<T> rest = r * power_series<T>(coefficients, r);
    const Bits<T> exponent = bits_of<T>(rounded) + F::bias;
    return {from_bits<T>(shift_left<T>(exponent, F::mantissa_bits)), rest};
}

}  // namespace detail

// For x <= 0.
template <class T>
inline Vector<T> exp(Vector<T> x) {
    const auto [scale, rest] = detail::split_exponential<T>(x);
    return scale + scale * rest;
}

// exp(x) - 1 for x <= 0, without cancellation near 0.
template <class T>
inline Vector<T> expm1(Vector<T> x) {
    const auto [scale, rest] = detail::split_exponential<T>(x);
    return scale * rest + (scale - T(1));
}

// tanh |x| = -expm1(-2 |x|) / (2 + expm1(-2 |x|)), and nothing overflows.
template <class T>
inline Vector<T> tanh(Vector<T> x) {
    const Vector<T> e = expm1<T>(T(-2) * absolute<T>(x));
    return flip_sign<T>(-e / (T(2) + e), x);
}

// For normal positive numbers: x = 2^n m with m in [sqrt(1/2), sqrt(2)), and
// ln m = 2 artanh(s) with s = (m - 1) / (m + 1).
template <class T>
inline Vector<T> log(Vector<T> x) {
    using F = detail::Format<T>;
    const Bits<T> bits = bits_of<T>(x);
    const Bits<T> half_root = bits_of<T>(broadcast(T(0.70710678118654752)));
    const Bits<T> n = (bits - half_root) >> F::mantissa_bits;
    const Vector<T> m = from_bits<T>(bits - shift_left<T>(n, F::mantissa_bits));
    const Vector<T> s = (m - T(1)) / (m + T(1));
    const Vector<T> half = detail::inverse_tanh<T, F::log_terms>(s);
    const Vector<T> power = __builtin_convertvector(n, Vector<T>);
    const Vector<T> logarithm = power * F::ln2_high + (T(2) * half + power * F::ln2_low);
    return x == x ? logarithm : x;
}

// ln(1 + x) = 2 artanh(s) for x in [0, 1], with s = x / (2 + x).
template <class T>
inline Vector<T> log1p(Vector<T> x) {
    return T(2) * detail::inverse_tanh<T, detail::Format<T>::log1p_terms>(x / (T(2) + x));
}

}  // namespace errorest
