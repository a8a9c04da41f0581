"""Random bits: SplitMix64's published numbers, permutations, independence of streams."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from errorest.maths import random_bits, random_order

MASK = 2**64 - 1
GOLDEN = 0x9E3779B97F4A7C15
SEEDS = st.integers(0, MASK)


def mix(z: int) -> int:
    """SplitMix64's finalizer in plain integers (Steele, Lea and Flood 2014)."""
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def unmix(z: int) -> int:
    """Undo :func:`mix`: each of its steps is a bijection."""
    z = z ^ (z >> 31) ^ (z >> 62)
    z = (z * pow(0x94D049BB133111EB, -1, 2**64)) & MASK
    z = z ^ (z >> 27) ^ (z >> 54)
    z = (z * pow(0xBF58476D1CE4E5B9, -1, 2**64)) & MASK
    return z ^ (z >> 30) ^ (z >> 60)


def test_published_numbers_for_state_0() -> None:
    # The finalizer maps 0 to 0, so seed 0 and stream 0 start SplitMix64 at state 0.
    assert random_bits(0, 0, 3).tolist() == [
        0xE220A8397B1DCDAF,
        0x6E789E6AA1B965F4,
        0x06C45D188009454F,
    ]


def test_published_numbers_for_state_1234567() -> None:
    assert random_bits(unmix(unmix(1234567)), 0, 5).tolist() == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
        4593380528125082431,
        16408922859458223821,
    ]


@settings(deadline=None, max_examples=50)
@given(seed=SEEDS, stream=SEEDS)
def test_definition_in_plain_integers(seed: int, stream: int) -> None:
    key = mix((mix(seed) + stream * GOLDEN) & MASK)
    expected = [mix((key + i * GOLDEN) & MASK) for i in range(1, 6)]
    assert random_bits(seed, stream, 5).tolist() == expected


@settings(deadline=None, max_examples=50)
@given(seed=SEEDS, stream=SEEDS, n=st.integers(0, 200))
def test_order_is_a_permutation(seed: int, stream: int, n: int) -> None:
    assert sorted(random_order(seed, stream, n).tolist()) == list(range(n))


@settings(deadline=None, max_examples=50)
@given(seed=SEEDS, stream=SEEDS)
def test_order_in_plain_integers(seed: int, stream: int) -> None:
    """Fisher and Yates, inside out: append number i, then exchange it with a random one."""
    order: list[int] = []
    for i, bits in enumerate(random_bits(seed, stream, 100).tolist()):
        order.append(i)
        place = (bits >> 32) * (i + 1) // 2**32
        order[i], order[place] = order[place], order[i]
    assert random_order(seed, stream, 100).tolist() == order


def test_every_number_is_equally_likely_at_every_place() -> None:
    n, n_epochs = 12, 12_000
    counts = np.zeros((n, n))
    for epoch in range(n_epochs):
        counts[np.arange(n), random_order(3, epoch, n)] += 1
    # Chi-squared with 11 * 11 degrees of freedom exceeds 187 once in 10 000 times.
    assert ((counts - n_epochs / n) ** 2 / (n_epochs / n)).sum() < 187


def test_fewer_numbers_are_the_first_ones() -> None:
    np.testing.assert_array_equal(random_bits(5, 6, 10), random_bits(5, 6, 100)[:10])


@pytest.mark.parametrize(("one", "other"), [((0, 0), (0, 1)), ((0, 0), (1, 0)), ((3, 4), (4, 3))])
def test_streams_and_seeds_are_independent(one: tuple[int, int], other: tuple[int, int]) -> None:
    first, second = random_bits(*one, 20_000), random_bits(*other, 20_000)
    # Independent words differ in 32 of 64 bits, with standard deviation 4; each bit in half.
    differing = np.unpackbits((first ^ second).view(np.uint8)).reshape(-1, 64)
    assert abs(differing.sum(axis=1).mean() - 32) < 5 * 4 / np.sqrt(20_000)
    assert np.abs(differing.mean(axis=0) - 0.5).max() < 5 * 0.5 / np.sqrt(20_000)


def test_every_order_of_three_is_equally_likely() -> None:
    counts = dict.fromkeys(itertools.permutations(range(3)), 0)
    for epoch in range(6000):
        a, b, c = random_order(0, epoch, 3).tolist()
        counts[a, b, c] += 1
    # Chi-squared with 5 degrees of freedom exceeds 25.7 once in 10 000 times.
    assert sum((n - 1000) ** 2 / 1000 for n in counts.values()) < 25.7
