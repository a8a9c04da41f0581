#pragma once

// What the processor can do at most: benchmarks state their results as a share of it.

#include <algorithm>
#include <chrono>

#include "matrix.hpp"
#include "team.hpp"

namespace errorest {

// Floating-point operations per second of multiplications and additions that wait for nothing, on
// every thread of a team at once.
template <class T>
double multiply_add_rate(Index n_threads) {
    static constexpr Index strands = 12;
    static constexpr Index rounds = 2'000'000;
    Buffer<T> results(n_threads * lanes<T>);
    Team team(n_threads);
    const auto start = std::chrono::steady_clock::now();
    team.for_each(n_threads, [&](Index task, Index) {
        // All different, or the compiler sums only one; and not 1, which would stay what it is.
        Vector<T> sums[strands];
        for (Index strand = 0; strand < strands; ++strand) sums[strand] = broadcast(T(strand + 2));
        const Vector<T> factor = broadcast(T(0.5));
        for (Index round = 0; round < rounds; ++round) {
#pragma GCC unroll 12
            for (Index strand = 0; strand < strands; ++strand) {
                sums[strand] = sums[strand] * factor + factor;
            }
        }
        Vector<T> total = {};
        for (const Vector<T>& sum : sums) total += sum;
        store(results.data() + task * lanes<T>, total);
    });
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    // The sums are looked at, or the compiler leaves them out.
    if (!std::all_of(results.data(), results.data() + results.size(), [](T x) { return x > 0; })) {
        return 0;
    }
    return 2.0 * static_cast<double>(strands * rounds * lanes<T> * n_threads) / elapsed.count();
}

}  // namespace errorest
