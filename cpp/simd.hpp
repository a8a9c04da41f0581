#pragma once

// Short vectors of numbers, as wide as the instruction set that this unit is compiled for.
//
// They are the compiler's own vector types: `a * b + c` works on all lanes at once, and a
// comparison gives a mask with all bits set in the lanes where it holds.

#include <cstdint>
#include <limits>
#include <type_traits>

namespace errorest {

using Index = std::int64_t;

// tile_rows: how many rows of a product at most are summed in registers at once, two vectors each.
#if defined(__AVX512F__)
inline constexpr Index vector_bytes = 64;
inline constexpr Index tile_rows = 12;
#elif defined(__AVX2__)
inline constexpr Index vector_bytes = 32;
inline constexpr Index tile_rows = 6;
#elif defined(__aarch64__)
inline constexpr Index vector_bytes = 16;
inline constexpr Index tile_rows = 8;
#else
inline constexpr Index vector_bytes = 16;
inline constexpr Index tile_rows = 6;
#endif

template <class T>
inline constexpr Index lanes = vector_bytes / static_cast<Index>(sizeof(T));

namespace detail {

template <class T, Index n>
struct VectorOf {
    typedef T type __attribute__((vector_size(n * sizeof(T))));
};

template <class T>
struct IntegerOf;
template <>
struct IntegerOf<float> {
    using type = std::int32_t;
};
template <>
struct IntegerOf<double> {
    using type = std::int64_t;
};

}  // namespace detail

// n numbers, whatever the width of the instruction set.
template <class T, Index n>
using VectorOf = typename detail::VectorOf<T, n>::type;

template <class T>
using Vector = VectorOf<T, lanes<T>>;

// The integer as wide as T.
template <class T>
using Integer = typename detail::IntegerOf<T>::type;

// A comparison's result, and the bits of a Vector<T>.
template <class T>
using Bits = Vector<Integer<T>>;

// Bits that may be shifted out, which signed numbers may not.
template <class T>
using UnsignedBits = Vector<std::make_unsigned_t<Integer<T>>>;

// Calls function with a number from 1 to most, known at run time only, as a constant.
template <Index most, class Function>
inline void with_constant(Index n, const Function& function) {
    if constexpr (most > 1) {
        if (n < most) {
            with_constant<most - 1>(n, function);
            return;
        }
    }
    function(std::integral_constant<Index, most>{});
}

template <class T>
inline Vector<T> load(const T* from) {
    Vector<T> vector;
    __builtin_memcpy(&vector, from, sizeof vector);
    return vector;
}

template <class T>
inline void store(T* to, Vector<T> vector) {
    __builtin_memcpy(to, &vector, sizeof vector);
}

// Subtracting zero changes no number, and compilers make one broadcast instruction of it, which
// they do not of an assignment lane by lane.
template <class T>
inline Vector<T> broadcast(T value) {
    return value - Vector<T>{};
}

template <class T>
inline Bits<T> bits_of(Vector<T> vector) {
    Bits<T> bits;
    __builtin_memcpy(&bits, &vector, sizeof bits);
    return bits;
}

template <class T>
inline Vector<T> from_bits(Bits<T> bits) {
    Vector<T> vector;
    __builtin_memcpy(&vector, &bits, sizeof vector);
    return vector;
}

template <class T>
inline Bits<T> shift_left(Bits<T> bits, int places) {
    return reinterpret_cast<Bits<T>>(reinterpret_cast<UnsignedBits<T>>(bits) << places);
}

template <class T>
inline constexpr Integer<T> sign_bit = std::numeric_limits<Integer<T>>::min();

template <class T>
inline Vector<T> absolute(Vector<T> x) {
    return from_bits<T>(bits_of<T>(x) & ~sign_bit<T>);
}

// -|x|.
template <class T>
inline Vector<T> negative_absolute(Vector<T> x) {
    return from_bits<T>(bits_of<T>(x) | sign_bit<T>);
}

// x times -1 where the other number is negative.
template <class T>
inline Vector<T> flip_sign(Vector<T> x, Vector<T> where_negative) {
    return from_bits<T>(bits_of<T>(x) ^ (bits_of<T>(where_negative) & sign_bit<T>));
}

// x where lane < n, and 0 elsewhere, whatever x is there.
template <class T>
inline Vector<T> first_lanes(Vector<T> x, Index n) {
    Bits<T> lane;
    for (Index i = 0; i < lanes<T>; ++i) lane[i] = static_cast<Integer<T>>(i);
    return lane < static_cast<Integer<T>>(n) ? x : Vector<T>{};
}

// Halves are added to halves, which is quicker than one lane after the other, and more exact.
template <class T>
inline T sum_of_lanes(Vector<T> x) {
    T sums[lanes<T>];
    store(sums, x);
#pragma GCC unroll 4
    for (Index half = lanes<T> / 2; half > 0; half /= 2) {
#pragma GCC unroll 8
        for (Index i = 0; i < half; ++i) sums[i] += sums[i + half];
    }
    return sums[0];
}

}  // namespace errorest
