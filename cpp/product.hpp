#pragma once

// Matrix products: one kernel for all of them.
//
// A tile of the result, up to tile_rows rows by one panel, is summed in registers. Each of its
// numbers is the initial value plus the products in the order of k, so it does not depend on how
// the result was cut into tiles. What is done with a sum before it is stored costs next to nothing.

#include "matrix.hpp"

namespace errorest {

// Where there are no biases, sums start at zero.
template <class T>
inline constexpr T no_biases[panel<T>] = {};

// Leaves a vector of sums as it is.
struct AsItIs {
    template <class Sum>
    Sum operator()(Sum sum, Index, Index) const {
        return sum;
    }
};

namespace detail {

enum class Operand { plain, transposed };

// Sums over k of A(i, k) B(k, :), for n_rows rows i; A(k, i) if A is transposed. Vector v of row i
// is stored as finish(sum, i, v). Meanwhile what lies `ahead` of B comes into the second cache.
template <class T, Operand operand, Index n_rows, Index n_vectors, class Finish>
void tile(const T* a, Index a_panel_size, const T* b, Index n_k, const T* initial,
          Index initial_step, Index ahead, T* result, const Finish& finish) {
    Vector<T> sum[n_rows][n_vectors];
#pragma GCC unroll 16
    for (Index i = 0; i < n_rows; ++i) {
#pragma GCC unroll 2
        for (Index v = 0; v < n_vectors; ++v) {
            sum[i][v] = load(initial + i * initial_step + v * lanes<T>);
        }
    }
    constexpr bool plain = operand == Operand::plain;
    constexpr Index i_step = plain ? panel<T> : 1;
    constexpr Index k_step = plain ? 1 : panel<T>;
    const Index k_block = plain ? panel<T> : n_k;
    const bool fetches = plain && ahead != 0;
    for (Index k_done = 0; k_done < n_k; k_done += k_block, a += a_panel_size) {
        const Index k_end = std::min(k_block, n_k - k_done);
        const T* a_k = a;
#pragma GCC unroll 4
        for (Index k = 0; k < k_end; ++k, a_k += k_step, b += panel<T>) {
            if (fetches) fetch(b + ahead);
            Vector<T> b_k[n_vectors];
#pragma GCC unroll 2
            for (Index v = 0; v < n_vectors; ++v) b_k[v] = load(b + v * lanes<T>);
#pragma GCC unroll 16
            for (Index i = 0; i < n_rows; ++i) {
                const Vector<T> a_ik = broadcast(a_k[i * i_step]);
#pragma GCC unroll 2
                for (Index v = 0; v < n_vectors; ++v) sum[i][v] += a_ik * b_k[v];
            }
        }
    }
#pragma GCC unroll 16
    for (Index i = 0; i < n_rows; ++i) {
#pragma GCC unroll 2
        for (Index v = 0; v < n_vectors; ++v) {
            store(result + i * panel<T> + v * lanes<T>, finish(sum[i][v], i, v));
        }
    }
}

}  // namespace detail

// Panel p of result[rows] = initial + A[rows] B, where initial is one row for all. Vector v of row
// i is stored as finish(sum, i, v).
template <class T, class Finish = AsItIs>
void multiply(const PanelMatrix<T>& A, const PanelMatrix<T>& B, Rows rows, Index p,
              const T* initial, PanelMatrix<T>& result, const Finish& finish = {}) {
    using detail::Operand;
    with_constant<2>(B.vectors_in(p), [&](auto n_vectors) {
        // The first tiles bring the next panel along, each of them a line of its rows, and all
        // twice: not every line that is asked for comes.
        Index n_fetches = p + 1 < B.n_panels() ? 2 * panel<T> / line<T> : 0;
        for_each_tile(rows, [&](Index i, auto n_rows) {
            const Index column = n_fetches * line<T> % panel<T>;
            const Index ahead = n_fetches > 0 ? B.panel_size() + column : 0;
            n_fetches = std::max<Index>(n_fetches - 1, 0);
            detail::tile<T, Operand::plain, n_rows(), n_vectors()>(
                A.row(i, 0), A.panel_size(), B.row(0, p), A.n_columns(), initial, Index(0),
                ahead, result.row(i, p),
                [&](Vector<T> sum, Index row, Index v) { return finish(sum, i + row, v); });
        });
    });
}

// Panel p of A^T B: the rows that belong to these columns of A, summed over n_rows rows. The
// result holds them row by row.
template <class T>
void multiply_transposed(const PanelMatrix<T>& A, Range columns, const PanelMatrix<T>& B, Index p,
                         Index n_rows, T* result) {
    using detail::Operand;
    with_constant<2>(B.vectors_in(p), [&](auto n_vectors) {
        for (Index q = columns.begin / panel<T>; q * panel<T> < columns.end; ++q) {
            const Rows in_panel = {std::max(columns.begin, q * panel<T>),
                                   std::min(columns.end, (q + 1) * panel<T>)};
            for_each_tile(in_panel, [&](Index j, auto n_columns) {
                detail::tile<T, Operand::transposed, n_columns(), n_vectors()>(
                    A.row(0, q) + j % panel<T>, Index(0), B.row(0, p), n_rows, no_biases<T>,
                    Index(0), Index(0), result + (j - columns.begin) * panel<T>, AsItIs{});
            });
        }
    });
}

// The sum of n products; a step leads from one panel's beginning to the next one's.
template <class T>
T dot(const T* x, Index x_step, const T* y, Index y_step, Index n) {
    Vector<T> sums[2] = {};
    for (; n >= panel<T>; n -= panel<T>, x += x_step, y += y_step) {
        sums[0] += load(x) * load(y);
        sums[1] += load(x + lanes<T>) * load(y + lanes<T>);
    }
    for (Index v = 0; v * lanes<T> < n; ++v) {
        const Vector<T> products = load(x + v * lanes<T>) * load(y + v * lanes<T>);
        sums[v] += first_lanes<T>(products, n - v * lanes<T>);
    }
    return sum_of_lanes<T>(sums[0] + sums[1]);
}

// The sum of n_rows rows of panel p, in four strands that do not wait for each other.
template <class T>
void sum_rows(const PanelMatrix<T>& matrix, Index p, Index n_rows, T* result) {
    for (Index at = 0; at < panel<T>; at += lanes<T>) {
        const T* column = matrix.row(0, p) + at;
        Vector<T> sums[4] = {};
        Index i = 0;
        for (; i + 4 <= n_rows; i += 4) {
            for (Index strand = 0; strand < 4; ++strand) {
                sums[strand] += load(column + (i + strand) * panel<T>);
            }
        }
        for (; i < n_rows; ++i) sums[0] += load(column + i * panel<T>);
        store(result + at, (sums[0] + sums[1]) + (sums[2] + sums[3]));
    }
}

}  // namespace errorest
