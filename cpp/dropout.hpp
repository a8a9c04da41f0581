#pragma once

// Dropout: at each step of a training, some of a layer's outputs are zeroed and the others grow to
// make up for it (errorest/network/dropout.py).

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

// Fills in a row's factors: 0, or what makes up for it. `row` counts from the start of the batch.
// Neighbours share a hash, each taking 16 of its bits; those of a panel are drawn at once.
template <class T>
void draw_mask(double dropout, const RandomBits& bits, Index row, Index i, PanelMatrix<T>& mask) {
    static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "lanes begin with the lowest bits");
    static constexpr Index per_hash = 4;
    static constexpr Index n_hashes = panel<T> / per_hash;
    using Hashes = VectorOf<std::uint64_t, n_hashes>;
    using Numbers = VectorOf<std::uint16_t, lanes<T>>;

    static constexpr double n_numbers = 0x1p16;
    const auto threshold = static_cast<Integer<T>>(dropout * n_numbers);
    const Vector<T> kept = broadcast(T(n_numbers / (n_numbers - static_cast<double>(threshold))));
    Hashes places;
    for (Index k = 0; k < n_hashes; ++k) {
        places[k] = static_cast<std::uint64_t>(row * divide_up(mask.n_columns(), per_hash) + k);
    }
    for (Index p = 0; p < mask.n_panels(); ++p, places += n_hashes) {
        const Hashes hashes = bits(places);
        Numbers numbers[2];
        __builtin_memcpy(numbers, &hashes, sizeof numbers);
        for (Index v = 0; v < 2; ++v) {
            const Bits<T> number = __builtin_convertvector(numbers[v], Bits<T>);
            store(mask.row(i, p) + v * lanes<T>, number < threshold ? Vector<T>{} : kept);
        }
    }
}

}  // namespace errorest
