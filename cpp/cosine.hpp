#pragma once

// Sine and cosine of angles in turns, which are easy to bring near 0.

#include "elementary.hpp"

namespace errorest {

inline constexpr double radians_per_turn = 6.283185307179586;

namespace detail {

// Coefficients of sin(2 pi s) = s (c[0] + c[1] s^2 + c[2] s^4 + ...).
template <class T, int n>
constexpr std::array<T, n> sine_series() {
    std::array<T, n> c{};
    double coefficient = radians_per_turn;
    for (int k = 0; k < n; ++k) {
        c[k] = T(coefficient);
        coefficient *= -radians_per_turn * radians_per_turn / ((2 * k + 2) * (2 * k + 3));
    }
    return c;
}

// sin(2 pi s) for s from -1/4 to 1/4.
template <class T>
inline Vector<T> sine_of_quarter(Vector<T> s) {
    static constexpr auto coefficients = sine_series<T, sizeof(T) == 4 ? 7 : 12>();
    return s * power_series<T>(coefficients, s * s);
}

// What is left, from -1/2 to 1/2, without whole turns: nothing of so many that the rounder does not
// find the whole ones, which are known to half a turn at best.
template <class T>
inline Vector<T> without_whole_turns(Vector<T> turns) {
    static constexpr T most_turns = Format<T>::rounder / 3;
    const Vector<T> whole = (turns + Format<T>::rounder) - Format<T>::rounder;
    return absolute<T>(turns) < most_turns ? turns - whole : turns - turns;
}

}  // namespace detail

template <class T>
inline Vector<T> cosine_of_turns(Vector<T> turns) {
    return detail::sine_of_quarter<T>(T(0.25) - absolute<T>(detail::without_whole_turns<T>(turns)));
}

template <class T>
inline Vector<T> sine_of_turns(Vector<T> turns) {
    const Vector<T> left = detail::without_whole_turns<T>(turns);
    const Vector<T> size = absolute<T>(left);
    const Vector<T> mirrored = size > T(0.25) ? T(0.5) - size : size;
    return flip_sign<T>(detail::sine_of_quarter<T>(mirrored), left);
}

}  // namespace errorest
