#pragma once

// Random bits that belong to a seed, a stream and a number (errorest/maths/random_bits.py), so that
// any thread can compute any of them.

#include <cstdint>

namespace errorest {

// SplitMix64 (Steele, Lea and Flood 2014).
class RandomBits {
   public:
    RandomBits(std::uint64_t seed, std::uint64_t stream)
        : key_(mix(mix(seed) + stream * golden)) {}

    // The numbers may be a vector of them.
    template <class Numbers>
    Numbers operator()(Numbers i) const {
        return mix(key_ + (i + 1) * golden);
    }

   private:
    static constexpr std::uint64_t golden = 0x9E3779B97F4A7C15U;

    template <class Numbers>
    static Numbers mix(Numbers bits) {
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9U;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EBU;
        return bits ^ (bits >> 31);
    }

    std::uint64_t key_;
};

}  // namespace errorest
