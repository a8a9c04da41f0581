"""What suits a number of rows, and a time."""

from errorest.estimators.pace import Pace, pace_for


def test_a_time_takes_networks_before_epochs() -> None:
    pace = Pace((8,), n_folds=5, n_repeats=2, n_epochs=64, batch_size=32, learning_rate=0.04)
    assert pace.within(1000, seconds_per_epoch=1) == pace
    for seconds, *fitting in ((330, 5, 1, 64), (130, 2, 1, 64), (10, 1, 1, 10)):
        found = pace.within(seconds, seconds_per_epoch=1)
        assert [found.n_folds, found.n_repeats, found.n_epochs] == fitting


def test_more_rows_make_no_more_steps_than_a_hundred_thousand() -> None:
    steps = [pace_for(n).n_epochs * n for n in (100_000, 200_000, 400_000)]
    assert max(steps) <= 64 * 100_000
    assert [pace_for(n).n_networks for n in (100_000, 100_001, 10**8)] == [2, 1, 1]
    assert pace_for(10**8).n_epochs == 15
