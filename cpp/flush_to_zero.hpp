#pragma once

// Numbers too small for a normal exponent cost a hundred times as much as others and say nothing.

#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

namespace errorest {

// What a thread's floating-point unit does with special numbers.
#if defined(__SSE2__)
inline unsigned floating_point_control() { return _mm_getcsr(); }
inline void set_floating_point_control(unsigned control) { _mm_setcsr(control); }
#else
inline unsigned floating_point_control() { return 0; }
inline void set_floating_point_control(unsigned) {}
#endif

// While this object lives, its thread computes under such control.
class UnderControl {
   public:
    explicit UnderControl(unsigned control) : before_(floating_point_control()) {
        set_floating_point_control(control);
    }
    ~UnderControl() { set_floating_point_control(before_); }
    UnderControl(const UnderControl&) = delete;
    UnderControl& operator=(const UnderControl&) = delete;

   private:
    unsigned before_;
};

// While this object lives, its thread takes numbers too small for a normal exponent for 0.
class FlushToZero : UnderControl {
   public:
    FlushToZero()
        : UnderControl(floating_point_control() | flush_to_zero | denormals_are_zero) {}

   private:
    static constexpr unsigned flush_to_zero = 0x8000;
    static constexpr unsigned denormals_are_zero = 0x0040;
};

}  // namespace errorest
