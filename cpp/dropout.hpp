#pragma once

// Dropout: at each step of a training, some of a layer's outputs are zeroed and the others grow to
// make up for it (errorest/network/layer.py).

#include "matrix.hpp"
#include "random_bits.hpp"

namespace errorest {

// Which step of which training it is, and by which factor all dropout is multiplied there; outside
// of a training by 0.
struct DropoutStep {
    double factor = 0;
    std::uint64_t seed = 0;
    Index n_steps = 0;

    // Layers are counted from 1.
    RandomBits bits(Index layer) const {
        return {seed, (static_cast<std::uint64_t>(layer) << 40) +
                          static_cast<std::uint64_t>(n_steps)};
    }
};

// Fills in a row's factors: 0, or 1 / (1 - dropout). `row` counts from the start of the batch.
template <class T>
void draw_mask(double dropout, const RandomBits& bits, Index row, Index i, PanelMatrix<T>& mask) {
    const auto threshold = static_cast<std::uint64_t>(dropout * 0x1p64);
    const T kept = T(1 / (1 - dropout));
    auto number = static_cast<std::uint64_t>(row * mask.n_columns());
    for (Index p = 0; p < mask.n_panels(); ++p) {
        T* factors = mask.row(i, p);
        for (Index j = 0; j < mask.columns_in(p); ++j) {
            factors[j] = bits(number + static_cast<std::uint64_t>(j)) < threshold ? T(0) : kept;
        }
        number += static_cast<std::uint64_t>(panel<T>);
    }
}

// result[rows] = matrix[rows] * mask[rows], in panel p; they may be the same matrix.
template <class T>
void multiply_by_mask(const PanelMatrix<T>& matrix, const PanelMatrix<T>& mask, Rows rows, Index p,
                      PanelMatrix<T>& result) {
    for (Index i = rows.begin; i < rows.end; ++i) {
        for (Index v = 0; v < 2; ++v) {
            const Index at = v * lanes<T>;
            store(result.row(i, p) + at, load(matrix.row(i, p) + at) * load(mask.row(i, p) + at));
        }
    }
}

}  // namespace errorest
