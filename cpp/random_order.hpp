#pragma once

// The order in which an epoch visits the rows (errorest/maths/random_bits.py): the numbers
// 0 .. n - 1, sorted by a hash of seed, stream and number.
//
// The hashes are uniform, so a few of their bits split the numbers into buckets of nearly equal
// size. Each number travels with the upper half of its hash; the lower half is computed again for
// the rare two whose upper halves are equal. Of many numbers, each thread takes some.

#include <algorithm>
#include <array>
#include <memory>
#include <utility>
#include <vector>

#include "matrix.hpp"
#include "random_bits.hpp"
#include "team.hpp"

namespace errorest {

class RandomOrder {
   public:
    RandomOrder(Index n, Team& team)
        : n_(n),
          n_chunks_(n < worth_sharing ? 1 : most_chunks),
          team_(team),
          entries_(new Entry[static_cast<std::size_t>(n)]),
          spare_(new Entry[static_cast<std::size_t>(n)]),
          order_(new std::uint32_t[static_cast<std::size_t>(n)]),
          places_(static_cast<std::size_t>(n_chunks_)) {}

    // The order is valid until the next call.
    const std::uint32_t* shuffle(std::uint64_t seed, std::uint64_t stream) {
        const RandomBits bits(seed, stream);
        const Split split(n_, 64);
        team_.for_each(n_chunks_, [&](Index chunk, Index) {
            const auto [begin, end] = chunk_of(n_, chunk);
            for (Index i = begin; i < end; ++i) {
                const auto number = static_cast<std::uint64_t>(i);
                spare_[i] = (bits(number) & upper_half) | number;
            }
            split.count(&spare_[begin], end - begin, places_[chunk]);
        });
        find_places(split.n_buckets);
        team_.for_each(n_chunks_, [&](Index chunk, Index) {
            const auto [begin, end] = chunk_of(n_, chunk);
            split.distribute(&spare_[begin], end - begin, places_[chunk], entries_.get());
        });
        // Where the last chunk stopped, the next bucket begins.
        const Places& ends = places_.back();
        team_.for_each(n_chunks_, [&](Index chunk, Index) {
            const auto [first, last] = chunk_of(split.n_buckets, chunk);
            const Index begin = first == 0 ? 0 : ends[first - 1];
            const Index end = last == 0 ? 0 : ends[last - 1];
            if (split.is_fine) {
                settle(&entries_[begin], end - begin, bits);
            } else {
                sort_buckets(split, {first, last}, ends, &entries_[0], &spare_[0], bits);
            }
            for (Index i = begin; i < end; ++i) order_[i] = static_cast<std::uint32_t>(entries_[i]);
        });
        return order_.get();
    }

   private:
    using Entry = std::uint64_t;  // the hash's upper half, then the number

    static constexpr Entry upper_half = 0xFFFFFFFF00000000U;
    static constexpr Index worth_sharing = 1 << 15;
    static constexpr Index most_chunks = 32;
    static constexpr Index most_buckets = 2048;

    using Places = std::array<std::uint32_t, most_buckets>;

    // Into buckets by those bits of the hash that lie right below some bit: one for each entry, if
    // there are not too many.
    struct Split {
        Index n_buckets = 1;
        int shift;
        bool is_fine;  // almost every entry then is in its place

        Split(Index n, int bit) : shift(bit) {
            for (; n_buckets < n && n_buckets < most_buckets; n_buckets *= 2) --shift;
            is_fine = n <= 4 * n_buckets;
        }

        Index bucket_of(Entry entry) const {
            return static_cast<Index>(entry >> shift) & (n_buckets - 1);
        }

        void count(const Entry* entries, Index n, Places& counts) const {
            std::fill_n(counts.begin(), n_buckets, 0U);
            for (Index i = 0; i < n; ++i) ++counts[bucket_of(entries[i])];
        }

        // Moves each entry to the next place of its bucket.
        void distribute(const Entry* from, Index n, Places& places, Entry* to) const {
            for (Index i = 0; i < n; ++i) to[places[bucket_of(from[i])]++] = from[i];
        }
    };

    Rows chunk_of(Index n, Index chunk) const {
        return {n * chunk / n_chunks_, n * (chunk + 1) / n_chunks_};
    }

    // From how many entries of a bucket each chunk has to where they begin.
    void find_places(Index n_buckets) {
        std::uint32_t place = 0;
        for (Index bucket = 0; bucket < n_buckets; ++bucket) {
            for (Places& of_chunk : places_) place += std::exchange(of_chunk[bucket], place);
        }
    }

    // Sorts some buckets, given where each one ends.
    static void sort_buckets(const Split& split, Rows buckets, const Places& ends, Entry* entries,
                             Entry* spare, const RandomBits& bits) {
        for (Index bucket = buckets.begin; bucket < buckets.end; ++bucket) {
            const Index begin = bucket == 0 ? 0 : ends[bucket - 1];
            sort(entries + begin, spare + begin, ends[bucket] - begin, split.shift, bits);
        }
    }

    // Sorts entries that agree in all bits above `bit`.
    static void sort(Entry* entries, Entry* spare, Index n, int bit, const RandomBits& bits) {
        const Split split(n, bit);
        Places places;
        std::copy_n(entries, n, spare);
        split.count(spare, n, places);
        std::uint32_t place = 0;
        for (Index b = 0; b < split.n_buckets; ++b) place += std::exchange(places[b], place);
        split.distribute(spare, n, places, entries);
        if (split.is_fine) {
            settle(entries, n, bits);
        } else {
            sort_buckets(split, {0, split.n_buckets}, places, entries, spare, bits);
        }
    }

    // Sorts entries that are almost in their places: neighbours change theirs, pairs that begin at
    // even and at odd numbers in turn, until nothing moves. There is no branch to mispredict.
    static void settle(Entry* entries, Index n, const RandomBits& bits) {
        if (n < 2) return;
        bool moved = true;
        while (moved) {
            moved = order_pairs(entries, n);
            moved |= order_pairs(entries + 1, n - 1);
        }
        bool have_equals = false;
        for (Index i = 1; i < n; ++i) {
            have_equals |= (entries[i - 1] ^ entries[i]) <= ~upper_half;
        }
        if (!have_equals) return;
        std::sort(entries, entries + n,
                  [&](Entry a, Entry b) { return whole_hash(a, bits) < whole_hash(b, bits); });
    }

    using Entries = UnsignedBits<double>;

    template <int... lane>
    static Entries swap_neighbours(Entries entries, std::integer_sequence<int, lane...>) {
        return __builtin_shufflevector(entries, entries, (lane ^ 1)...);
    }

    // Puts the smaller entry of each pair first, and tells whether any were not so.
    static bool order_pairs(Entry* entries, Index n) {
        constexpr Index width = lanes<double>;
        Bits<double> is_second;
        for (Index lane = 0; lane < width; ++lane) is_second[lane] = -(lane % 2);
        Bits<double> moves = {};
        Index i = 0;
        for (; i + width <= n; i += width) {
            Entries pairs;
            __builtin_memcpy(&pairs, entries + i, sizeof pairs);
            const Entries others = swap_neighbours(pairs, std::make_integer_sequence<int, width>{});
            const Bits<double> is_wrong = (others < pairs) ^ is_second;
            pairs = is_wrong ? others : pairs;
            __builtin_memcpy(entries + i, &pairs, sizeof pairs);
            moves |= is_wrong;
        }
        bool moved = false;
        for (; i + 2 <= n; i += 2) {
            if (entries[i + 1] >= entries[i]) continue;
            std::swap(entries[i], entries[i + 1]);
            moved = true;
        }
        for (Index lane = 0; lane < width; ++lane) moved |= moves[lane] != 0;
        return moved;
    }

    // With the number, in case that even these are equal.
    static std::pair<std::uint64_t, Entry> whole_hash(Entry entry, const RandomBits& bits) {
        const Entry number = entry & ~upper_half;
        return {bits(number), number};
    }

    Index n_;
    Index n_chunks_;
    Team& team_;
    std::unique_ptr<Entry[]> entries_;
    std::unique_ptr<Entry[]> spare_;
    std::unique_ptr<std::uint32_t[]> order_;
    std::vector<Places> places_;  // of each chunk
};

}  // namespace errorest
