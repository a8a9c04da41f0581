#pragma once

// The order in which an epoch visits the rows (errorest/maths/random_bits.py): the numbers
// 0 .. n - 1, sorted by a hash of seed, stream and number.
//
// The hashes are uniform, so a few of their bits split the numbers into buckets of nearly equal
// size. Each number travels with the upper half of its hash; the lower half is computed again for
// the rare two whose upper halves are equal.

#include <algorithm>
#include <array>
#include <vector>

#include "random_bits.hpp"
#include "simd.hpp"

namespace errorest {

class RandomOrder {
   public:
    explicit RandomOrder(Index n) : entries_(n), spare_(n), order_(n) {}

    // The order is valid until the next call.
    const std::uint32_t* shuffle(std::uint64_t seed, std::uint64_t stream) {
        const RandomBits bits(seed, stream);
        const auto n = static_cast<Index>(entries_.size());
        for (Index i = 0; i < n; ++i) {
            const auto number = static_cast<std::uint64_t>(i);
            entries_[i] = (bits(number) & upper_half) | number;
        }
        sort(entries_.data(), spare_.data(), n, 64, bits);
        for (Index i = 0; i < n; ++i) order_[i] = static_cast<std::uint32_t>(entries_[i]);
        return order_.data();
    }

   private:
    using Entry = std::uint64_t;  // the hash's upper half, then the number

    static constexpr Entry upper_half = 0xFFFFFFFF00000000U;
    static constexpr Index bucket_size = 2;
    static constexpr int most_bits = 11;

    // Sorts entries that agree in all bits above `bit`.
    static void sort(Entry* entries, Entry* spare, Index n, int bit, const RandomBits& bits) {
        int n_bits = 0;
        while (n_bits < most_bits && (bucket_size << n_bits) < n) ++n_bits;
        if (n_bits == 0 || bit - n_bits < 32) {
            sort_few(entries, n, bits);
            return;
        }

        const int shift = bit - n_bits;
        const Index n_buckets = Index(1) << n_bits;
        const auto bucket_of = [&](Entry entry) {
            return static_cast<Index>(entry >> shift) & (n_buckets - 1);
        };
        std::array<Index, (1 << most_bits) + 1> ends;
        std::fill_n(ends.begin(), n_buckets + 1, Index(0));
        for (Index i = 0; i < n; ++i) ++ends[bucket_of(entries[i]) + 1];
        for (Index bucket = 0; bucket < n_buckets; ++bucket) ends[bucket + 1] += ends[bucket];
        std::copy_n(entries, n, spare);
        for (Index i = 0; i < n; ++i) entries[ends[bucket_of(spare[i])]++] = spare[i];

        if (n_bits < most_bits) {
            sort_few(entries, n, bits);
            return;
        }
        Index begin = 0;
        for (Index bucket = 0; bucket < n_buckets; ++bucket) {
            sort(entries + begin, spare + begin, ends[bucket] - begin, shift, bits);
            begin = ends[bucket];
        }
    }

    // Insertion, which is fast where everything is almost in its place.
    static void sort_few(Entry* entries, Index n, const RandomBits& bits) {
        for (Index i = 1; i < n; ++i) {
            const Entry entry = entries[i];
            Index place = i;
            while (place > 0 && before(entry, entries[place - 1], bits)) {
                entries[place] = entries[place - 1];
                --place;
            }
            entries[place] = entry;
        }
    }

    static bool before(Entry a, Entry b, const RandomBits& bits) {
        if (((a ^ b) & upper_half) != 0) return a < b;
        const Entry number_a = a & ~upper_half;
        const Entry number_b = b & ~upper_half;
        const std::uint64_t hash_a = bits(number_a);
        const std::uint64_t hash_b = bits(number_b);
        return hash_a != hash_b ? hash_a < hash_b : number_a < number_b;
    }

    std::vector<Entry> entries_;
    std::vector<Entry> spare_;
    std::vector<std::uint32_t> order_;
};

}  // namespace errorest
