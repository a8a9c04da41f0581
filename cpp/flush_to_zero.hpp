#pragma once

// Numbers too small for a normal exponent cost a hundred times as much as others and say nothing.

#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

namespace errorest {

// While this object lives, its thread takes such numbers for 0.
class FlushToZero {
   public:
#if defined(__SSE2__)
    FlushToZero() : before_(_mm_getcsr()) {
        _mm_setcsr(before_ | flush_to_zero | denormals_are_zero);
    }
    ~FlushToZero() { _mm_setcsr(before_); }
#else
    FlushToZero() = default;
#endif
    FlushToZero(const FlushToZero&) = delete;
    FlushToZero& operator=(const FlushToZero&) = delete;

#if defined(__SSE2__)
   private:
    static constexpr unsigned flush_to_zero = 0x8000;
    static constexpr unsigned denormals_are_zero = 0x0040;
    unsigned before_;
#endif
};

}  // namespace errorest
