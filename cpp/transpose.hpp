#pragma once

// Square blocks, as wide as a vector, are transposed in registers: interleaving the rows of the
// upper half with those of the lower half, log2(lanes) times, swaps rows and columns.

#include <utility>

#include "simd.hpp"

namespace errorest {

namespace detail {

// a[first], b[first], a[first + 1], b[first + 1], ... for half a vector each.
template <class T, int first, int... lane>
inline Vector<T> interleave(Vector<T> a, Vector<T> b, std::integer_sequence<int, lane...>) {
    constexpr int n = static_cast<int>(lanes<T>);
    return __builtin_shufflevector(a, b, (first + lane / 2 + (lane % 2) * n)...);
}

}  // namespace detail

// Row i of the block starts at from(i), column j goes to `to + j * to_step`.
template <class T, class From>
inline void transpose_block(const From& from, T* to, Index to_step) {
    constexpr int n = static_cast<int>(lanes<T>);
    constexpr auto every_lane = std::make_integer_sequence<int, n>{};
    Vector<T> rows[n];
    Vector<T> mixed[n];
#pragma GCC unroll 16
    for (int i = 0; i < n; ++i) rows[i] = load<T>(from(i));
#pragma GCC unroll 4
    for (int stage = 1; stage < n; stage *= 2) {
#pragma GCC unroll 8
        for (int i = 0; i < n / 2; ++i) {
            mixed[2 * i] = detail::interleave<T, 0>(rows[i], rows[i + n / 2], every_lane);
            mixed[2 * i + 1] = detail::interleave<T, n / 2>(rows[i], rows[i + n / 2], every_lane);
        }
#pragma GCC unroll 16
        for (int i = 0; i < n; ++i) rows[i] = mixed[i];
    }
#pragma GCC unroll 16
    for (int j = 0; j < n; ++j) store(to + j * to_step, rows[j]);
}

}  // namespace errorest
