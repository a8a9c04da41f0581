#pragma once

// Products of a small network, with samples in the lanes.
//
// The matrices of product.hpp have units in their lanes, most of which would be empty for a layer
// of few units. Here a row is a feature or a unit and a column is a sample, and weights are read
// where they are, by steps. Samples are taken a strip at a time, two vectors wide.

#include "matrix.hpp"
#include "transpose.hpp"

namespace errorest {

template <class T>
inline constexpr Index strip = 2 * lanes<T>;

// How many samples are looked at together.
inline constexpr Index most_samples = 512;

template <class T>
class SampleMatrix {
   public:
    // From one row to the next: a constant, which becomes part of the instructions. Rows whose
    // distance is a power of two would meet in the same places of the cache.
    static constexpr Index step = most_samples + lanes<T>;

    explicit SampleMatrix(Index n_rows) : memory_(n_rows * step) {}

    void fill_row(Index i, T value) { std::fill_n(at(i, 0), step, value); }

    // Row i, from some sample on.
    T* at(Index i, Index sample) { return memory_.data() + i * step + sample; }
    const T* at(Index i, Index sample) const { return memory_.data() + i * step + sample; }

   private:
    Buffer<T> memory_;
};

// A matrix whose neighbours are any number of places apart: weights, or weights transposed.
template <class T>
struct SteppedMatrix {
    const T* first;
    Index n_rows;
    Index n_columns;
    Index row_step;
    Index column_step;

    SteppedMatrix rows(Index i, Index n) const {
        return {first + i * row_step, n, n_columns, row_step, column_step};
    }
};

namespace detail {

// Sums over k of A(i, k) B(k, :), for n_rows rows i and n_vectors vectors of samples, each times
// its factor, if there are any.
template <class T, Index n_rows, Index n_vectors>
inline void narrow_tile(const SteppedMatrix<T>& A, const T* b, const T* factors, T* result) {
    static constexpr Index step = SampleMatrix<T>::step;
    Vector<T> sums[n_rows][n_vectors];
#pragma GCC unroll 16
    for (Index i = 0; i < n_rows; ++i) {
#pragma GCC unroll 8
        for (Index v = 0; v < n_vectors; ++v) sums[i][v] = Vector<T>{};
    }
    const T* a = A.first;
    for (Index k = 0; k < A.n_columns; ++k, a += A.column_step, b += step) {
        Vector<T> samples[n_vectors];
#pragma GCC unroll 8
        for (Index v = 0; v < n_vectors; ++v) samples[v] = load(b + v * lanes<T>);
#pragma GCC unroll 16
        for (Index i = 0; i < n_rows; ++i) {
            const Vector<T> a_ik = broadcast(a[i * A.row_step]);
#pragma GCC unroll 8
            for (Index v = 0; v < n_vectors; ++v) sums[i][v] += a_ik * samples[v];
        }
    }
#pragma GCC unroll 16
    for (Index i = 0; i < n_rows; ++i) {
#pragma GCC unroll 8
        for (Index v = 0; v < n_vectors; ++v) {
            const Index place = i * step + v * lanes<T>;
            if (factors) sums[i][v] *= load(factors + place);
            store(result + place, sums[i][v]);
        }
    }
}

// The products with n_rows rows of A. A single row takes more samples at a time, or its few sums
// would wait for each other. A is a copy, since stores of results do not change that; in a function
// of its own, that copy would wait for the memory of the stack.
template <class T, Index n_rows>
__attribute__((always_inline)) inline void narrow_rows(SteppedMatrix<T> A, const T* b,
                                                       const T* factors, Index n_samples,
                                                       T* result) {
    const T* const end = b + n_samples;
    const auto tiles = [&](auto n_wide) {
        static constexpr Index width = n_wide() * lanes<T>;
        for (; b + width <= end; b += width, result += width) {
            narrow_tile<T, n_rows, n_wide()>(A, b, factors, result);
            if (factors) factors += width;
        }
    };
    static constexpr Index n_vectors = strip<T> / lanes<T>;
    if constexpr (n_rows == 1) tiles(std::integral_constant<Index, 4 * n_vectors>{});
    tiles(std::integral_constant<Index, n_vectors>{});
}

// The dot products of n_rows rows of A with each row of B. A step leads from those with one row to
// those with the next.
template <class T, Index n_rows>
void dot_products(const T* a, const T* b, Index n_b, Index n_samples, T* result,
                  Index result_step) {
    static constexpr Index step = SampleMatrix<T>::step;
    for (Index j = 0; j < n_b; ++j, b += step, result += result_step) {
        Vector<T> sums[n_rows];
#pragma GCC unroll 8
        for (Vector<T>& sum : sums) sum = Vector<T>{};
        for (Index s = 0; s < n_samples; s += lanes<T>) {
            const Vector<T> b_s = load(b + s);
#pragma GCC unroll 8
            for (Index i = 0; i < n_rows; ++i) sums[i] += load(a + i * step + s) * b_s;
        }
        alignas(64) T products[lanes<T>];
        store(products, sums_of_lanes<T>(sums));
        std::copy_n(products, n_rows, result);
    }
}

// The products of all rows of A with all rows of B, those with a row of B side by side.
template <class T>
void all_dot_products(const SampleMatrix<T>& A, Index n_a, const SampleMatrix<T>& B, Index n_b,
                      Index n_samples, T* result) {
    static constexpr Index most_rows = std::min<Index>(8, lanes<T>);
    for (Index i = 0; i < n_a; i += most_rows) {
        with_constant<most_rows>(std::min(most_rows, n_a - i), [&](auto n_rows) {
            dot_products<T, n_rows()>(A.at(i, 0), B.at(0, 0), n_b, n_samples, result + i, n_a);
        });
    }
}

}  // namespace detail

// result = A B, each number being multiplied by its factor, if there are any.
template <class T>
void multiply(const SteppedMatrix<T>& A, const SampleMatrix<T>& B, Index n_samples,
              SampleMatrix<T>& result, const SampleMatrix<T>* factors = nullptr) {
    for_each_tile({0, A.n_rows}, [&](Index i, auto n_rows) {
        detail::narrow_rows<T, n_rows()>(A.rows(i, n_rows), B.at(0, 0),
                                         factors ? factors->at(i, 0) : nullptr,
                                         round_up(n_samples, strip<T>), result.at(i, 0));
    });
}

// result (n_a, n_b) = A B^T, summed over samples.
template <class T>
void multiply_by_transposed(const SampleMatrix<T>& A, Index n_a, const SampleMatrix<T>& B,
                            Index n_b, Index n_samples, T* result) {
    if (n_b == 1) {
        detail::all_dot_products(A, n_a, B, n_b, n_samples, result);
    } else {
        detail::all_dot_products(B, n_b, A, n_a, n_samples, result);
    }
}

}  // namespace errorest
