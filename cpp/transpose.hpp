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

// Adds to each lane those that are a multiple of `period` away, from the farthest on.
template <class T, int distance, int period, int... lane>
inline Vector<T> fold(Vector<T> x, std::integer_sequence<int, lane...> every_lane) {
    if constexpr (distance < period) {
        return x;
    } else {
        constexpr int n = static_cast<int>(lanes<T>);
        const Vector<T> sum = x + __builtin_shufflevector(x, x, ((lane + distance) % n)...);
        return fold<T, distance / 2, period>(sum, every_lane);
    }
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

namespace detail {

// From a where the lane's number does not have the bit `distance`, from b where it has; and the
// same of their lanes that are `distance` away. Their sum halves the number of vectors.
template <class T, int distance, int... lane>
inline Vector<T> merge(Vector<T> a, Vector<T> b, std::integer_sequence<int, lane...>) {
    constexpr int n = static_cast<int>(lanes<T>);
    return __builtin_shufflevector(a, b, (lane & distance ? lane + n : lane)...) +
           __builtin_shufflevector(a, b,
                                   (lane & distance ? lane - distance + n : lane + distance)...);
}

// Adds up n rows from row `first` on, every lane of the result being a part of one row's sum.
template <class T, int first, int n, int n_rows, int... lane>
inline Vector<T> add_up(const Vector<T> (&rows)[n_rows],
                        std::integer_sequence<int, lane...> every_lane) {
    if constexpr (n == 1) {
        return rows[first];
    } else {
        const Vector<T> a = add_up<T, first, n / 2>(rows, every_lane);
        const Vector<T> b = add_up<T, first + n / 2, n / 2>(rows, every_lane);
        return merge<T, n / 2>(a, b, every_lane);
    }
}

}  // namespace detail

// Lane i of the result is the sum of all lanes of rows[i]; the number of rows, a power of two, may
// be smaller than that of the lanes.
template <class T, int n_rows>
inline Vector<T> sums_of_lanes(const Vector<T> (&rows)[n_rows]) {
    constexpr int n = static_cast<int>(lanes<T>);
    static_assert(n_rows <= n && (n_rows & (n_rows - 1)) == 0);
    constexpr auto every_lane = std::make_integer_sequence<int, n>{};
    const Vector<T> sums = detail::add_up<T, 0, n_rows>(rows, every_lane);
    return detail::fold<T, n / 2, n_rows>(sums, every_lane);
}

}  // namespace errorest
