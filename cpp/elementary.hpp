#pragma once

// Exponential, logarithm and hyperbolic tangent of vectors: at most about 1, 2 and 3 units in the
// last place off.
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
    static constexpr int exp_terms = 6;
    static constexpr int log_terms = 4;
    static constexpr int log1p_terms = 5;
    static constexpr float smallest_exponent = -87.0F;  // exp of less is no normal number
    static constexpr float ln2_high = 0.693359375F;  // few bits: n * ln2_high is exact
    static constexpr float ln2_low = -2.12194440e-4F;
    static constexpr float rounder = 12582912.0F;  // 1.5 * 2^mantissa_bits
};

template <>
struct Format<double> {
    static constexpr int mantissa_bits = 52;
    static constexpr int bias = 1023;
    static constexpr int exp_terms = 11;
    static constexpr int log_terms = 8;
    static constexpr int log1p_terms = 11;
    static constexpr double smallest_exponent = -708.0;
    static constexpr double ln2_high = 6.93145751953125e-1;
    static constexpr double ln2_low = 1.42860682030941723212e-6;
    static constexpr double rounder = 6755399441055744.0;  // 1.5 * 2^mantissa_bits
};

// The coefficients of a polynomial, that of x^k at k.
template <std::size_t n>
using Polynomial = std::array<long double, n>;

// (exp(x) - 1) / x = 1 + x / 2! + x^2 / 3! + ...
template <std::size_t n>
constexpr Polynomial<n> exponential_series() {
    Polynomial<n> c{};
    long double factorial = 1;
    for (std::size_t k = 0; k < n; ++k) {
        factorial *= k + 1;
        c[k] = 1 / factorial;
    }
    return c;
}

// artanh(x) / x = 1 + x^2 / 3 + x^4 / 5 + ...
template <std::size_t n>
constexpr Polynomial<n> inverse_tanh_series() {
    Polynomial<n> c{};
    for (std::size_t k = 0; k < n; k += 2) c[k] = 1 / static_cast<long double>(k + 1);
    return c;
}

// Chebyshev's polynomial T_k.
template <std::size_t n>
constexpr Polynomial<n> chebyshev(int k) {
    Polynomial<n> before{1};
    Polynomial<n> t{0, 1};
    for (int i = 1; i < k; ++i) {
        Polynomial<n> next{};
        for (std::size_t j = 0; j < n; ++j) next[j] = (j > 0 ? 2 * t[j - 1] : 0) - before[j];
        before = t;
        t = next;
    }
    return t;
}

// Takes the powers from x^n on away, for |x| <= most: T_k(x / most), times what makes x^k vanish,
// is the least that can be subtracted (economisation; Lanczos 1938). What is left of the
// coefficients of x^step, x^(2 step), ... is returned; that of 1 stays 1, and is added last for
// precision.
template <class T, int n, int step, std::size_t n_given>
constexpr std::array<T, (n - 1) / step> economise(Polynomial<n_given> c, long double most) {
    for (int k = n_given - 1; k >= n; --k) {
        const auto t = chebyshev<n_given>(k);
        long double factor = c[k] / t[k];
        for (int j = k; j >= 0; --j, factor *= most) c[j] -= factor * t[j];
    }
    std::array<T, (n - 1) / step> kept{};
    for (int k = step; k < n; k += step) kept[k / step - 1] = T(c[k]);
    return kept;
}

// c[0] + c[1] x + ... + c[n - 1] x^(n - 1), two terms at a time: half as many multiplications wait
// for each other as by Horner's rule.
template <class T, std::size_t n>
inline Vector<T> power_series(const std::array<T, n>& c, Vector<T> x) {
    const Vector<T> square = x * x;
    const auto pair = [&](int k) { return c[k] + c[k + 1] * x; };
    Vector<T> sum = n % 2 == 1 ? broadcast(c[n - 1]) : pair(n - 2);
#pragma GCC unroll 16
    for (int k = (n + 1) / 2 * 2 - 4; k >= 0; k -= 2) sum = pair(k) + sum * square;
    return sum;
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
    const Vector<T> least = broadcast(F::smallest_exponent);
    x = x < least ? least : x;

    // Adding the rounder leaves the nearest integer n in the lowest bits, with the bias that the
    // exponent of 2^n has.
    static constexpr T rounder = F::rounder + F::bias;
    const Vector<T> rounded = x * T(1.4426950408889634) + rounder;
    const Vector<T> n = rounded - rounder;
    const Vector<T> r = x - n * F::ln2_high - n * F::ln2_low;

    // exp(r) - 1 with |r| <= ln(2) / 2.
    static constexpr auto series =
        economise<T, F::exp_terms, 1>(exponential_series<F::exp_terms + 5>(), 0.34657359L);
    const Vector<T> rest = r + (r * r) * power_series<T>(series, r);
    return {from_bits<T>(shift_left<T>(bits_of<T>(rounded), F::mantissa_bits)), rest};
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

// tanh |x| = e / (2 - e) with e = 1 - exp(-2 |x|), and nothing overflows.
template <class T>
inline Vector<T> tanh(Vector<T> x) {
    const auto [scale, rest] = detail::split_exponential<T>(negative_absolute<T>(x + x));
    const Vector<T> e = (T(1) - scale) - scale * rest;
    return flip_sign<T>(e / (T(2) - e), x);
}

// For normal positive numbers: x = 2^n m with m in [sqrt(1/2), sqrt(2)), and
// ln m = 2 artanh(s) with s = (m - 1) / (m + 1), of which |s| <= 3 - 2 sqrt(2).
template <class T>
inline Vector<T> log(Vector<T> x) {
    using F = detail::Format<T>;
    const Bits<T> bits = bits_of<T>(x);
    const Bits<T> half_root = bits_of<T>(broadcast(T(0.70710678118654752)));
    const Bits<T> n = (bits - half_root) >> F::mantissa_bits;
    const Vector<T> m = from_bits<T>(bits - shift_left<T>(n, F::mantissa_bits));
    const Vector<T> s = (m - T(1)) / (m + T(1));
    static constexpr auto series = detail::economise<T, 2 * F::log_terms, 2>(
        detail::inverse_tanh_series<2 * F::log_terms + 8>(), 0.17157288L);
    const Vector<T> half = s + s * (s * s * detail::power_series<T>(series, s * s));
    const Vector<T> power = __builtin_convertvector(n, Vector<T>);
    const Vector<T> logarithm = power * F::ln2_high + (T(2) * half + power * F::ln2_low);
    return x == x ? logarithm : x;
}

// ln(1 + x) = 2 artanh(s) for x in [0, 1], with s = x / (2 + x).
template <class T>
inline Vector<T> log1p(Vector<T> x) {
    using F = detail::Format<T>;
    static constexpr auto series = detail::economise<T, 2 * F::log1p_terms, 2>(
        detail::inverse_tanh_series<2 * F::log1p_terms + 16>(), 0.33333333L);
    const Vector<T> s = x / (T(2) + x);
    return T(2) * (s + s * (s * s * detail::power_series<T>(series, s * s)));
}

}  // namespace errorest
