#pragma once

// Half-open ranges, and how they are divided.

#include "simd.hpp"

namespace errorest {

struct Range {
    Index begin;
    Index end;

    Index size() const { return end - begin; }
};
using Rows = Range;
using Panels = Range;

// The k-th of n_parts, as even as may be, of 0, 1, ..., size - 1.
constexpr Range part_of(Index size, Index k, Index n_parts) {
    return {size * k / n_parts, size * (k + 1) / n_parts};
}

}  // namespace errorest
