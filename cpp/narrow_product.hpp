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

template <class T>
class SampleMatrix {
   public:
    // Rows whose distance is a power of two would meet in the same places of the cache.
    SampleMatrix(Index n_rows, Index n_samples)
        : step_(round_up(n_samples, strip<T>) + lanes<T>), memory_(n_rows * step_) {}

    Index step() const { return step_; }

    void fill_row(Index i, T value) { std::fill_n(at(i, 0), step_, value); }

    // Row i, from some sample on.
    T* at(Index i, Index sample) { return memory_.data() + i * step_ + sample; }
    const T* at(Index i, Index sample) const { return memory_.data() + i * step_ + sample; }

   private:
    Index step_;
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

    const T* at(Index i, Index k) const { return first + i * row_step + k * column_step; }
};

namespace detail {

// n_rows rows of A B, from row `first` on, for n_vectors vectors of samples.
template <class T, Index n_rows, Index n_vectors>
void narrow_tile(const SteppedMatrix<T>& A, Index first, const SampleMatrix<T>& B, Index sample,
                 SampleMatrix<T>& result, const SampleMatrix<T>* factors) {
    Vector<T> sums[n_rows][n_vectors];
#pragma GCC unroll 8
    for (Index i = 0; i < n_rows; ++i) {
#pragma GCC unroll 8
        for (Index v = 0; v < n_vectors; ++v) sums[i][v] = Vector<T>{};
    }
    const T* a_k = A.at(first, 0);
    const T* b_k = B.at(0, sample);
    for (Index k = 0; k < A.n_columns; ++k, a_k += A.column_step, b_k += B.step()) {
        Vector<T> samples[n_vectors];
#pragma GCC unroll 8
        for (Index v = 0; v < n_vectors; ++v) samples[v] = load(b_k + v * lanes<T>);
#pragma GCC unroll 8
        for (Index i = 0; i < n_rows; ++i) {
            const Vector<T> a_ik = broadcast(a_k[i * A.row_step]);
#pragma GCC unroll 8
            for (Index v = 0; v < n_vectors; ++v) sums[i][v] += a_ik * samples[v];
        }
    }
    const Index step = result.step();
    if (factors) {
        const T* factor = factors->at(first, sample);
#pragma GCC unroll 8
        for (Index i = 0; i < n_rows; ++i, factor += step) {
#pragma GCC unroll 8
            for (Index v = 0; v < n_vectors; ++v) sums[i][v] *= load(factor + v * lanes<T>);
        }
    }
    T* row = result.at(first, sample);
#pragma GCC unroll 8
    for (Index i = 0; i < n_rows; ++i, row += step) {
#pragma GCC unroll 8
        for (Index v = 0; v < n_vectors; ++v) store(row + v * lanes<T>, sums[i][v]);
    }
}

// n_rows rows of A B, from row `first` on. A single row takes more samples at a time, or its few
// sums would wait for each other.
template <class T, Index n_rows>
void narrow_rows(const SteppedMatrix<T>& A, Index first, const SampleMatrix<T>& B,
                 Index n_samples, SampleMatrix<T>& result, const SampleMatrix<T>* factors) {
    Index sample = 0;
    if constexpr (n_rows == 1) {
        static constexpr Index more = 4 * strip<T>;
        for (; sample + more <= n_samples; sample += more) {
            narrow_tile<T, n_rows, more / lanes<T>>(A, first, B, sample, result, factors);
        }
    }
    for (; sample < n_samples; sample += strip<T>) {
        narrow_tile<T, n_rows, strip<T> / lanes<T>>(A, first, B, sample, result, factors);
    }
}

// Dot products of n_a rows of A with n_b rows of B, two of them at most.
template <class T, Index n_a, Index n_b>
void dot_products(const T* a, Index a_step, const T* b, Index b_step, Index n_samples, T* result,
                  Index result_step) {
    constexpr Index places = n_a == 1 ? 1 : lanes<T> / 2;
    Vector<T> sums[n_b * places];
#pragma GCC unroll 16
    for (Index i = 0; i < n_b * places; ++i) sums[i] = Vector<T>{};
    for (Index s = 0; s < n_samples; s += lanes<T>) {
        Vector<T> b_s[n_b];
#pragma GCC unroll 2
        for (Index j = 0; j < n_b; ++j) b_s[j] = load(b + j * b_step + s);
#pragma GCC unroll 8
        for (Index i = 0; i < n_a; ++i) {
            const Vector<T> a_s = load(a + i * a_step + s);
#pragma GCC unroll 2
            for (Index j = 0; j < n_b; ++j) sums[j * places + i] += a_s * b_s[j];
        }
    }
    alignas(64) T products[lanes<T>];
    store(products, sums_of_lanes<T>(sums));
#pragma GCC unroll 2
    for (Index j = 0; j < n_b; ++j) {
        std::copy_n(products + j * places, n_a, result + j * result_step);
    }
}

// The products of all rows of A with all rows of B, those with a row of B side by side.
template <class T>
void all_dot_products(const SampleMatrix<T>& A, Index n_a, const SampleMatrix<T>& B, Index n_b,
                      Index n_samples, T* result) {
    static constexpr Index longest = lanes<T> / 2;
    for (Index i = 0; i < n_a; i += longest) {
        with_constant<longest>(std::min(longest, n_a - i), [&](auto rows_of_a) {
            const T* a = A.at(i, 0);
            Index j = 0;
            for (; j + 2 <= n_b; j += 2) {
                dot_products<T, rows_of_a(), 2>(a, A.step(), B.at(j, 0), B.step(), n_samples,
                                                result + i + j * n_a, n_a);
            }
            if (j < n_b) {
                dot_products<T, rows_of_a(), 1>(a, A.step(), B.at(j, 0), B.step(), n_samples,
                                                result + i + j * n_a, n_a);
            }
        });
    }
}

}  // namespace detail

// result = A B, each number being multiplied by its factor, if there are any.
template <class T>
void multiply(const SteppedMatrix<T>& A, const SampleMatrix<T>& B, Index n_samples,
              SampleMatrix<T>& result, const SampleMatrix<T>* factors = nullptr) {
    const Index n_tiles = round_up(A.n_rows, tile_rows) / tile_rows;
    const Index most_rows = round_up(A.n_rows, n_tiles) / n_tiles;
    for (Index i = 0; i < A.n_rows; i += most_rows) {
        with_constant<tile_rows>(std::min(most_rows, A.n_rows - i), [&](auto n_rows) {
            detail::narrow_rows<T, n_rows()>(A, i, B, n_samples, result, factors);
        });
    }
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
