#pragma once

// Conventions of the compiled engine. errorest/engine/reference.py is its specification; the
// names are the same.
//
// - A row of a matrix is a sample or an input, a column is a feature or a unit:
//   X (n_samples, n_features), weights (n_in, n_out), biases (n_out), logits = inputs W + b.
// - Python's arrays are row-major. Inside, every matrix is a PanelMatrix: cut into panels of
//   panel<T> columns, each panel stored row by row. A row of a panel is two vectors, so all three
//   products of a training step (inputs W, deltas W^T, inputs^T deltas) read and write
//   contiguous memory through one kernel, whatever the shapes.
// - The columns that fill up the last panel take part in the arithmetic, but nothing real is ever
//   computed from them.
// - deltas are dJ / dlogits. J and its parts are summed in double precision.
// - Whatever runs on several threads writes to places of its own, and sums are taken by one
//   thread in a fixed order: the bits do not depend on the number of threads.

#include <algorithm>
#include <memory>
#include <new>

#include "range.hpp"

namespace errorest {

template <class T>
inline constexpr Index panel = 2 * lanes<T>;

// How many parts of a size n things make, the last of which may be smaller.
constexpr Index divide_up(Index n, Index size) { return (n + size - 1) / size; }

constexpr Index round_up(Index n, Index multiple) { return divide_up(n, multiple) * multiple; }

// How many numbers share a line of the cache.
template <class T>
inline constexpr Index line = 64 / static_cast<Index>(sizeof(T));

// Calls function(first, n) for tiles that cover the rows, as even as may be: n, at most tile_rows,
// is a constant.
template <class Function>
inline void for_each_tile(Rows rows, const Function& function) {
    Index n_tiles = divide_up(rows.size(), tile_rows);
    for (Index i = rows.begin; n_tiles > 0; --n_tiles) {
        const Index n_left = rows.end - i;
        const Index n_rows = n_tiles == 1 ? n_left : divide_up(n_left, n_tiles);
        with_constant<tile_rows>(n_rows, [&](auto n) { function(i, n); });
        i += n_rows;
    }
}

// Zeroed memory, aligned to a cache line.
template <class T>
class Buffer {
   public:
    Buffer() = default;

    explicit Buffer(Index size) : size_(size) {
        const auto bytes = static_cast<std::size_t>(size) * sizeof(T);
        memory_.reset(static_cast<T*>(::operator new(bytes, alignment)));
        std::fill_n(memory_.get(), size, T(0));
    }

    Index size() const { return size_; }
    T* data() { return memory_.get(); }
    const T* data() const { return memory_.get(); }
    T& operator[](Index i) { return memory_.get()[i]; }
    const T& operator[](Index i) const { return memory_.get()[i]; }

   private:
    static constexpr auto alignment = std::align_val_t{64};

    struct Free {
        void operator()(T* memory) const { ::operator delete(memory, alignment); }
    };

    std::unique_ptr<T, Free> memory_;
    Index size_ = 0;
};

// Takes a line of memory back from threads that may have read it, some time before it is written:
// to write what is there already takes as long, but nothing waits for it. Prefetching would do
// nothing where the line is at hand for reading.
template <class T>
inline void claim(T* at) {
    volatile T* number = at;
    *number = *number;
}

// Asks for a line of memory that will be read before long, into the second cache. GCC takes a
// function that does nothing else for one without effect, hence the attribute, here and wherever
// no more is done than to call this.
template <class T>
__attribute__((always_inline)) inline void fetch(const T* at) {
    static constexpr int to_read = 0;
    static constexpr int into_second_cache = 2;
    __builtin_prefetch(at, to_read, into_second_cache);
}

template <class T>
class PanelMatrix {
   public:
    PanelMatrix() = default;

    PanelMatrix(Index n_rows, Index n_columns)
        : n_rows_(n_rows),
          n_columns_(n_columns),
          panel_size_(round_up(n_rows, panel<T>) * panel<T>),
          memory_(panel_size_ * n_panels()) {}

    Index n_rows() const { return n_rows_; }
    Index n_columns() const { return n_columns_; }
    Index n_panels() const { return divide_up(n_columns_, panel<T>); }
    Panels all_panels() const { return {0, n_panels()}; }
    bool empty() const { return memory_.size() == 0; }

    // How far apart the same row is in two neighbouring panels.
    Index panel_size() const { return panel_size_; }

    // How many columns of panel p are real.
    Index columns_in(Index p) const { return std::min(panel<T>, n_columns_ - p * panel<T>); }

    // How many vectors hold them.
    Index vectors_in(Index p) const { return columns_in(p) > lanes<T> ? 2 : 1; }

    // Row i of panel p: panel<T> numbers, followed by row i + 1.
    T* row(Index i, Index p) { return memory_.data() + p * panel_size_ + i * panel<T>; }
    const T* row(Index i, Index p) const {
        return memory_.data() + p * panel_size_ + i * panel<T>;
    }

    // Claims these rows of panel p.
    void claim(Rows rows, Index p) {
        for (T* at = row(rows.begin, p); at < row(rows.end, p); at += line<T>) errorest::claim(at);
    }

    T& at(Index i, Index j) { return row(i, j / panel<T>)[j % panel<T>]; }
    const T& at(Index i, Index j) const { return row(i, j / panel<T>)[j % panel<T>]; }

    // Columns j, j + 1, ... of row i, which need not begin a panel: of n of them, if they are fewer
    // than a vector has, the others are whatever there is.
    Vector<T> columns(Index i, Index j, Index n) const {
        if (share_panel(j)) return load(&at(i, j));
        Vector<T> vector = {};
        for (Index lane = 0; lane < n; ++lane) vector[lane] = at(i, j + lane);
        return vector;
    }
    void set_columns(Index i, Index j, Index n, Vector<T> vector) {
        if (n == lanes<T> && share_panel(j)) return store(&at(i, j), vector);
        for (Index lane = 0; lane < n; ++lane) at(i, j + lane) = vector[lane];
    }

    // Takes over the numbers of a matrix of the same shape.
    void copy(const PanelMatrix& other) {
        std::copy_n(other.memory_.data(), memory_.size(), memory_.data());
    }

    void read_row(Index i, const T* from) {
        for (Index p = 0; p < n_panels(); ++p, from += panel<T>) {
            if (columns_in(p) == panel<T>) {
                store(row(i, p), load(from));
                store(row(i, p) + lanes<T>, load(from + lanes<T>));
            } else {
                for (Index j = 0; j < columns_in(p); ++j) row(i, p)[j] = from[j];
            }
        }
    }

    void write_row(Index i, T* to) const {
        for (Index p = 0; p < n_panels(); ++p, to += panel<T>) {
            std::copy_n(row(i, p), columns_in(p), to);
        }
    }

    void read(const T* from) {
        for (Index i = 0; i < n_rows_; ++i) read_row(i, from + i * n_columns_);
    }

    void write(T* to) const {
        for (Index i = 0; i < n_rows_; ++i) write_row(i, to + i * n_columns_);
    }

   private:
    // Whether a vector of columns from j on lies in one panel.
    static bool share_panel(Index j) { return j % panel<T> + lanes<T> <= panel<T>; }

    Index n_rows_ = 0;
    Index n_columns_ = 0;
    Index panel_size_ = 0;
    Buffer<T> memory_;
};

}  // namespace errorest
