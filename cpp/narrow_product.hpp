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
    SampleMatrix() = default;

    // Rows whose distance is a power of two would meet in the same places of the cache.
    SampleMatrix(Index n_rows, Index n_samples)
        : step_(round_up(n_samples, strip<T>) + lanes<T>), memory_(n_rows * step_) {}

    bool empty() const { return memory_.size() == 0; }
    Index step() const { return step_; }

    // Row i, from some sample on.
    T* at(Index i, Index sample) { return memory_.data() + i * step_ + sample; }
    const T* at(Index i, Index sample) const { return memory_.data() + i * step_ + sample; }

   private:
    Index step_ = 0;
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

// n_rows rows of A B, from row `first` on.
template <class T, Index n_rows>
void narrow_rows(const SteppedMatrix<T>& A, Index first, const SampleMatrix<T>& B,
                 Index n_samples, SampleMatrix<T>& result) {
    for (Index sample = 0; sample < n_samples; sample += strip<T>) {
        Vector<T> sums[n_rows][2];
#pragma GCC unroll 8
        for (Index i = 0; i < n_rows; ++i) {
            sums[i][0] = sums[i][1] = Vector<T>{};
        }
        const T* a_k = A.at(first, 0);
        const T* b_k = B.at(0, sample);
        for (Index k = 0; k < A.n_columns; ++k, a_k += A.column_step, b_k += B.step()) {
            const Vector<T> left = load(b_k);
            const Vector<T> right = load(b_k + lanes<T>);
#pragma GCC unroll 8
            for (Index i = 0; i < n_rows; ++i) {
                const Vector<T> a_ik = broadcast(a_k[i * A.row_step]);
                sums[i][0] += a_ik * left;
                sums[i][1] += a_ik * right;
            }
        }
#pragma GCC unroll 8
        for (Index i = 0; i < n_rows; ++i) {
            store(result.at(first + i, sample), sums[i][0]);
            store(result.at(first + i, sample) + lanes<T>, sums[i][1]);
        }
    }
}

// Dot products of n_a rows of A with n_b rows of B, over n_samples; two rows of B at most.
template <class T, Index n_a, Index n_b>
void dot_products(const T* a, Index a_step, const T* b, Index b_step, Index n_samples, T* result,
                  Index result_a_step, Index result_b_step) {
    constexpr Index row = n_a == 1 ? 1 : lanes<T> / 2;
    Vector<T> sums[n_b * row];
#pragma GCC unroll 16
    for (Index i = 0; i < n_b * row; ++i) sums[i] = Vector<T>{};
    for (Index s = 0; s < n_samples; s += lanes<T>) {
        Vector<T> b_s[n_b];
#pragma GCC unroll 2
        for (Index j = 0; j < n_b; ++j) b_s[j] = load(b + j * b_step + s);
#pragma GCC unroll 8
        for (Index i = 0; i < n_a; ++i) {
            const Vector<T> a_s = load(a + i * a_step + s);
#pragma GCC unroll 2
            for (Index j = 0; j < n_b; ++j) sums[j * row + i] += a_s * b_s[j];
        }
    }
    alignas(64) T products[lanes<T>];
    store(products, sums_of_lanes<T>(sums));
#pragma GCC unroll 2
    for (Index j = 0; j < n_b; ++j, result += result_b_step) {
        if (result_a_step == 1) {
            std::copy_n(products + j * row, n_a, result);
        } else {
            for (Index i = 0; i < n_a; ++i) result[i * result_a_step] = products[j * row + i];
        }
    }
}

// The products of all rows of A with all rows of B, the rows of A being taken in longer pieces.
template <class T>
void all_dot_products(const SampleMatrix<T>& A, Index n_a, const SampleMatrix<T>& B, Index n_b,
                      Index n_samples, T* result, Index a_step, Index b_step) {
    static constexpr Index longest = lanes<T> / 2;
    for (Index i = 0; i < n_a; i += longest) {
        with_constant<longest>(std::min(longest, n_a - i), [&](auto rows_of_a) {
            for (Index j = 0; j < n_b; j += 2) {
                with_constant<2>(std::min<Index>(2, n_b - j), [&](auto rows_of_b) {
                    dot_products<T, rows_of_a(), rows_of_b()>(
                        A.at(i, 0), A.step(), B.at(j, 0), B.step(), n_samples,
                        result + i * a_step + j * b_step, a_step, b_step);
                });
            }
        });
    }
}

}  // namespace detail

// result = A B.
template <class T>
void multiply(const SteppedMatrix<T>& A, const SampleMatrix<T>& B, Index n_samples,
              SampleMatrix<T>& result) {
    for (Index i = 0; i < A.n_rows; i += tile_rows) {
        with_constant<tile_rows>(std::min(tile_rows, A.n_rows - i), [&](auto n_rows) {
            detail::narrow_rows<T, n_rows()>(A, i, B, n_samples, result);
        });
    }
}

// result (n_a, n_b) = A B^T, summed over samples. Long pieces of B's rows are written as they are.
template <class T>
void multiply_by_transposed(const SampleMatrix<T>& A, Index n_a, const SampleMatrix<T>& B,
                            Index n_b, Index n_samples, T* result) {
    if (n_b > lanes<T> / 4 || n_b > n_a) {
        detail::all_dot_products(B, n_b, A, n_a, n_samples, result, Index(1), n_b);
    } else {
        detail::all_dot_products(A, n_a, B, n_b, n_samples, result, n_b, Index(1));
    }
}

}  // namespace errorest
