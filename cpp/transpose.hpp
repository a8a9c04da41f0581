#pragma once

// Square blocks, as wide as a vector, are transposed in registers: interleaving the rows of the
// upper half with those of the lower half, log2(lanes) times, swaps rows and columns.

#include <utility>

#include "simd.hpp"

namespace errorest {

namespace detail {

// The lanes of these numbers, those of a counting before those of b.
template <class T, int... number>
inline Vector<T> pick(Vector<T> a, Vector<T> b) {
#if defined(__clang__) || __GNUC__ >= 12
    return __builtin_shufflevector(a, b, number...);
#else
    return __builtin_shuffle(a, b, Bits<T>{number...});
#endif
}

// a[first], b[first], a[first + 1], b[first + 1], ... for half a vector each.
template <class T, int first, int... lane>
inline Vector<T> interleave(Vector<T> a, Vector<T> b, std::integer_sequence<int, lane...>) {
    constexpr int n = static_cast<int>(lanes<T>);
    return pick<T, (first + lane / 2 + (lane % 2) * n)...>(a, b);
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

// Sums of neighbouring units of lanes: in each group of lanes first those of a, then those of b.
template <class T, int unit, int group, int... lane>
inline Vector<T> add_neighbours(Vector<T> a, Vector<T> b, std::integer_sequence<int, lane...>) {
    constexpr int n = static_cast<int>(lanes<T>);
    constexpr auto source = [](int to) {
        const int place = to % (group / 2);
        const int first = to / group * group + place / unit * 2 * unit + place % unit;
        return to % group < group / 2 ? first : first + n;
    };
    return pick<T, source(lane)...>(a, b) + pick<T, (source(lane) + unit)...>(a, b);
}

// Adds up n rows from row `first` on, every lane of the result being a part of one row's sum:
// within the blocks of 16 bytes first, since lanes change their block more slowly.
template <class T, int first, int n, int n_rows, int... lane>
inline Vector<T> add_up(const Vector<T> (&rows)[n_rows],
                        std::integer_sequence<int, lane...> every_lane) {
    if constexpr (n == 1) {
        return rows[first % n_rows];
    } else {
        constexpr int block = 16 / static_cast<int>(sizeof(T));
        constexpr int unit = n <= block ? 1 : block;
        constexpr int group = n <= block ? block : static_cast<int>(lanes<T>);
        return add_neighbours<T, unit, group>(add_up<T, first, n / 2>(rows, every_lane),
                                              add_up<T, first + n / 2, n / 2>(rows, every_lane),
                                              every_lane);
    }
}

}  // namespace detail

// Lane i of the result is the sum of all lanes of rows[i]; what further lanes hold is of no use.
template <class T, int n_rows>
inline Vector<T> sums_of_lanes(const Vector<T> (&rows)[n_rows]) {
    constexpr int n = static_cast<int>(lanes<T>);
    static_assert(n_rows <= n);
    return detail::add_up<T, 0, n>(rows, std::make_integer_sequence<int, n>{});
}

}  // namespace errorest
