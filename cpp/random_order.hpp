#pragma once

#include <algorithm>

#include "random_bits.hpp"
#include "simd.hpp"

namespace errorest {

// Writes the numbers 0 .. n - 1 in random order (errorest/maths/random_bits.py): one after the
// other takes the place of a random one before it, which moves to the end, or stays. check(cost) is
// called now and then, and may throw.
template <class Check>
void random_order(std::uint64_t seed, std::uint64_t stream, Index n, std::uint32_t* order,
                  const Check& check) {
    static constexpr Index block = 64;
    static constexpr double cost_of_number = 100;  // as long as it may come from memory
    const RandomBits bits(seed, stream);
    // Some places at a time, since these do not wait for each other as the moves do.
    for (Index first = 0; first < n; first += block) {
        check(block * cost_of_number);
        std::uint32_t places[block];
        for (Index k = 0; k < block; ++k) {
            const auto number = static_cast<std::uint64_t>(first + k);
            places[k] = static_cast<std::uint32_t>(((bits(number) >> 32) * (number + 1)) >> 32);
        }
        const Index end = std::min(first + block, n);
        for (Index i = first; i < end; ++i) {
            const std::uint32_t place = places[i - first];
            order[i] = order[place];
            order[place] = static_cast<std::uint32_t>(i);
        }
    }
}

}  // namespace errorest
