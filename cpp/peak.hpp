#pragma once

// What the processor can do at most: benchmarks state their results as a share of it.

#include "matrix.hpp"
#include "team.hpp"

namespace errorest {

// Does so many floating-point operations: multiplications and additions that wait for nothing, on
// every thread of a team at once.
template <class T>
void multiply_and_add(double n_operations, Threads threads) {
    static constexpr Index strands = 12;
    static constexpr double operations_of_round = 2 * strands * lanes<T>;
    const Index n_tasks = 64 * threads.n;
    const auto rounds = static_cast<Index>(n_operations / operations_of_round) / n_tasks;
    Team team(threads);
    team.for_each(n_tasks, [&](Index, Index) {
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
        // The sums are stored, or the compiler leaves them out.
        for (const Vector<T>& sum : sums) [[maybe_unused]] volatile Vector<T> result = sum;
    });
}

}  // namespace errorest
