"""The recorded epochs: which are kept, and what is forgotten."""

import numpy as np
import pytest

from errorest.playground.timeline import Timeline


def recorded(n_epochs: int, max_bytes: int) -> Timeline:
    timeline = Timeline(max_bytes)
    for epoch in range(n_epochs):
        place = np.full(2, float(epoch))
        timeline.record(epoch, place, np.zeros((0, 2)), (1 / (1 + epoch), None, 1.0, None))
    return timeline


def test_start_and_end_are_kept_however_large_they_are() -> None:
    timeline = recorded(4, max_bytes=0)
    assert timeline.epochs == [0, 3]
    assert [place.tolist() for place in timeline.path(9)] == [[0, 0], [3, 3]]
    assert len(timeline.curves()) == 4


def test_what_came_after_an_epoch_is_forgotten() -> None:
    timeline = recorded(6, max_bytes=10_000)
    timeline.forget_after(2)
    assert timeline.epochs == [0, 1, 2]
    curves = timeline.curves()
    assert curves[:, 0].tolist() == [0, 1, 2]
    assert curves[:, 1] == pytest.approx([1, 1 / 2, 1 / 3])


def test_long_curves_are_thinned() -> None:
    curves = recorded(50, max_bytes=10_000).curves(10)
    assert len(curves) <= 10
    assert curves[[0, -1], 0].tolist() == [0, 49]
