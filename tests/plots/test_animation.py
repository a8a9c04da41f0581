"""Films: what moves in them, how many frames they have, and the files they become."""

import re
import shutil
from pathlib import Path
from typing import Any, cast

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.animation import FFMpegWriter
from matplotlib.collections import PathCollection
from matplotlib.contour import QuadContourSet
from PIL import Image, ImageSequence
from sklearn.dummy import DummyClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from errorest import LogisticRegression, MLPClassifier, Perceptron, TableClassifier, datasets
from errorest.engine import loss_and_gradient, predict_proba
from errorest.estimators import TabularMLPClassifier
from errorest.exceptions import OutputError
from errorest.plots import BoundaryDisplay, animate_training
from errorest.plots.descent import record_descent

ADMISSIONS = datasets.load("admissions").frame
X, Y = ADMISSIONS[["test", "grades"]], ADMISSIONS["admitted"]
SCALED = (X - X.mean()) / X.std()
BLOBS = datasets.load("gaussians").frame
DESCENT = LogisticRegression(solver="sgd", learning_rate_init=0.5, max_iter=30)


def shade(film: Any, frame: int) -> Any:
    film.draw(frame)
    return np.array(film.figure.axes[0].images[0].get_array())


@pytest.mark.parametrize("model", [DESCENT, Perceptron(max_iter=5, random_state=0)], ids=str)
def test_the_boundary_of_a_pipelines_last_step(model: Any) -> None:
    film = animate_training(make_pipeline(StandardScaler(), model), X, Y)
    inner = animate_training(model, StandardScaler().fit_transform(X), Y)
    assert (film.title, film.n_frames) == (inner.title, inner.n_frames)
    np.testing.assert_array_equal(shade(film, 3), shade(inner, 3))


def test_the_boundary_moves_epoch_by_epoch() -> None:
    film = animate_training(DESCENT, SCALED, Y)
    assert film.n_frames == 1 + 30
    first, last = shade(film, 0), shade(film, 30)
    assert np.abs(first - last).max() > 0.1
    assert film.figure.axes[0].get_title() == "epoch 30 of 30"
    np.testing.assert_array_equal(shade(film, 0), first)
    assert film.figure.axes[0].get_title() == "epoch 0 of 30"


@pytest.mark.parametrize(
    ("model", "columns"),
    [
        (LogisticRegression(solver="sgd", max_iter=3), ["test", "grades"]),
        (LogisticRegression(solver="sgd", max_iter=3), ["test"]),
        (Perceptron(max_iter=2), ["test", "grades"]),
    ],
)
def test_the_legend_stays_in_its_place_beside_the_map(model: Any, columns: list[str]) -> None:
    film = animate_training(model, SCALED[columns], Y, max_frames=5)
    (ax,), places = film.figure.axes, []
    legend = ax.get_legend()
    assert legend is not None
    for frame in range(film.n_frames):
        film.draw(frame)
        film.figure.draw_without_rendering()
        places.append(legend.get_window_extent().bounds)
    assert len(set(places)) == 1
    assert places[0][0] >= ax.get_window_extent().x1
    # As small as the gallery saves it.
    film.figure.set_dpi(400 / film.figure.get_figwidth())
    film.figure.draw_without_rendering()
    assert legend.get_window_extent().x1 < 400


def test_the_last_frame_is_the_trained_model() -> None:
    iris = datasets.load("iris").frame
    features, species = iris.iloc[:, :2], iris["species"]
    model = MLPClassifier((5,), max_iter=3, random_state=0)
    film = animate_training(model, features, species)
    with pytest.warns(match="hasn't converged"):
        fitted = model.fit(features, species)
    last = shade(film, film.n_frames - 1)
    expected = BoundaryDisplay.from_estimator(fitted, features, species, resolution=len(last))
    np.testing.assert_allclose(last, np.asarray(expected.shade_.get_array()), atol=1e-6)


def test_the_number_of_frames_is_limited() -> None:
    film = animate_training(DESCENT, SCALED, Y, max_frames=8)
    assert film.n_frames <= 8
    film.draw(film.n_frames - 1)
    assert film.figure.axes[0].get_title() == "epoch 30 of 30"
    with pytest.raises(ValueError, match="max_frames"):
        animate_training(DESCENT, SCALED, Y, max_frames=0)


def test_a_curve_over_one_feature_moves() -> None:
    film = animate_training(DESCENT, SCALED[["test"]], Y)
    axes: Any = film.figure.axes[0]
    _, curve = axes.lines
    ends = []
    for frame in (0, film.n_frames - 1):
        film.draw(frame)
        ends.append(float(curve.get_ydata()[-1]))
    network = record_descent(DESCENT, SCALED[["test"]], Y).networks[-1]
    x = np.array([[curve.get_xdata()[-1]]])
    assert ends[1] == pytest.approx(float(predict_proba(network, x)[0, 0]), rel=1e-6)
    assert ends[0] != ends[1]


def test_the_point_that_calls_is_marked() -> None:
    """EXAMPLES no 4: a wrongly classified point says "come closer"."""
    points, labels = BLOBS[["x1", "x2"]].to_numpy(), BLOBS["label"].to_numpy()
    perceptron = Perceptron(eta0=0.1)
    film = animate_training(perceptron, points, labels)
    fitted = perceptron.fit(points, labels)
    assert film.n_frames == sum(fitted.mistakes_curve_) + 1
    (ring,) = [
        collection
        for collection in film.figure.axes[0].collections
        if isinstance(collection, PathCollection) and not len(collection.get_facecolor())
    ]
    weights, bias = np.zeros(2), 0.0
    for frame in range(film.n_frames - 1):
        film.draw(frame)
        (caller,) = np.asarray(ring.get_offsets())
        (row,) = np.flatnonzero((points == caller).all(axis=1))
        predicted = int(weights @ caller + bias >= 0)
        assert predicted != labels[row]
        move = 0.1 * (labels[row] - predicted)
        weights, bias = weights + move * caller, bias + move
        assert "come closer" in film.figure.axes[0].get_title()
    film.draw(film.n_frames - 1)
    assert len(np.asarray(ring.get_offsets())) == 0
    assert "every point says “I'm good”" in film.figure.axes[0].get_title()
    np.testing.assert_allclose(fitted.coef_[0], weights, rtol=1e-9)


def test_a_perceptron_that_does_not_come_to_rest_says_so() -> None:
    film = animate_training(Perceptron(max_iter=2), [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0])
    film.draw(film.n_frames - 1)
    assert film.figure.axes[0].get_title() == ("epoch 2, the last: points still said “come closer”")


@pytest.mark.parametrize("view", ["contour", "3d"])
def test_the_descent_goes_down_the_surface(view: Any) -> None:
    film = animate_training(DESCENT, SCALED, Y, view=view)
    network = record_descent(DESCENT, SCALED, Y).networks[11]
    film.draw(11)
    ax: Any = film.figure.axes[0]
    assert ax.get_title().startswith("epoch 11: ")
    targets = np.searchsorted(np.unique(Y), Y)
    expected, _ = loss_and_gradient(network, np.asarray(SCALED), targets)
    shown = re.search(r"loss (\S+)", ax.get_title())
    assert shown is not None
    assert float(shown[1]) == pytest.approx(expected, rel=1e-3)
    lengths = [
        len(line.get_data_3d()[0] if view == "3d" else line.get_xdata()) for line in ax.lines
    ]
    assert sorted(lengths) == [1, 1, 1, *([12] if view == "3d" else [12, 12])]


def test_a_gif_can_be_read(tmp_path: Path) -> None:
    film = animate_training(DESCENT, SCALED, Y, max_frames=5)
    path = tmp_path / "film.gif"
    film.save(path, width=300)
    with Image.open(path) as image:
        assert image.width == 300
        assert sum(1 for _ in ImageSequence.Iterator(image)) == film.n_frames
    before = path.read_bytes()
    with pytest.raises(OutputError, match="exists already"):
        film.save(path)
    assert path.read_bytes() == before
    film.save(path, width=300, overwrite=True)
    assert path.read_bytes() == before


@pytest.mark.skipif(not shutil.which("ffmpeg"), reason="ffmpeg is not installed")
def test_an_mp4_is_made_by_ffmpeg(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    animate_training(DESCENT, SCALED, Y, max_frames=3).save(path, width=301)
    assert path.read_bytes()[4:8] == b"ftyp"


@pytest.mark.skipif(not shutil.which("ffmpeg"), reason="needs ffmpeg")
@pytest.mark.parametrize("end", ["trap '' XFSZ; ulimit -f 2; exec ffmpeg \"$@\"", "kill -9 $$"])
def test_a_film_that_ffmpeg_does_not_finish_replaces_none(
    end: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as on a full disk, where it has room for a kilobyte."""
    path, broken = tmp_path / "film.mp4", tmp_path / "ffmpeg"
    path.write_text("an earlier film")
    broken.write_text(f"#!/bin/sh\n{end}\n")
    broken.chmod(0o755)
    film = animate_training(LogisticRegression(solver="sgd", max_iter=3), SCALED, Y)
    monkeypatch.setitem(mpl.rcParams, "animation.ffmpeg_path", str(broken))
    with pytest.raises(OutputError, match=r"film\.mp4 cannot be written"):
        film.save(path, overwrite=True)
    assert path.read_text() == "an earlier film"
    assert sorted(tmp_path.iterdir()) == [broken, path]


@pytest.mark.parametrize("end", [KeyboardInterrupt, SystemExit])
def test_a_film_may_be_interrupted_before_its_first_frame(
    end: type[BaseException], tmp_path: Path
) -> None:
    film = animate_training(DESCENT, SCALED, Y, max_frames=2)

    def interrupt(frame: int) -> None:
        raise end

    film.draw = interrupt
    with pytest.raises(end):
        film.save(tmp_path / "film.gif")
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_written_is_said_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = animate_training(DESCENT, SCALED, Y, max_frames=2)
    with pytest.raises(OutputError, match=r"must end in \.gif or \.mp4"):
        film.save(tmp_path / "film.avi")
    monkeypatch.setattr(FFMpegWriter, "isAvailable", lambda: False)
    with pytest.raises(OutputError, match="ffmpeg, which is not installed: install it"):
        film.save(tmp_path / "film.mp4")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("fps", [0, -5])
def test_frames_come_at_a_rate_above_0(tmp_path: Path, fps: int) -> None:
    film = animate_training(DESCENT, SCALED, Y, max_frames=2)
    with pytest.raises(ValueError, match=f"fps must be above 0 frames per second, not {fps}"):
        film.save(tmp_path / "film.gif", fps=fps)
    with pytest.raises(ValueError, match="fps must be above 0"):
        film.animation(fps)
    assert list(tmp_path.iterdir()) == []


def test_jupyter_shows_a_film_without_asking_the_net() -> None:
    page = animate_training(DESCENT, SCALED, Y, max_frames=2)._repr_html_()
    assert page.startswith(
        '<img alt="LogisticRegression, epoch by epoch" src="data:image/gif;base64,'
    )
    assert "http" not in page.split("base64,")[0]


def test_it_keeps_the_style_it_was_made_in() -> None:
    with plt.style.context("dark_background"):
        film = animate_training(Perceptron(), X, Y, max_frames=3)
    film._draw_frame(1)
    contours = [c for c in film.figure.axes[0].collections if isinstance(c, QuadContourSet)]
    assert contours
    for contour in contours:
        np.testing.assert_array_equal(contour.get_edgecolor(), 1)


def test_a_table() -> None:
    frame = datasets.load("penguins").frame.dropna()
    model = TableClassifier(MLPClassifier((4,), max_iter=3, random_state=0))
    film = animate_training(model, frame.drop(columns="species"), frame["species"])
    assert film.n_frames == 1 + 3
    assert film.title == "MLPClassifier, epoch by epoch"


def test_a_film_of_networks_in_cycles_says_that_it_shows_one_of_them() -> None:
    networks = TabularMLPClassifier((4,), n_members=3, max_iter=8, random_state=0)
    film = animate_training(networks, SCALED, Y)
    assert film.title == "TabularMLPClassifier, cycle by cycle: one of 3 networks"
    film.draw(film.n_frames - 1)
    ends = film.n_frames - 1
    assert film.figure.axes[0].get_title() == f"cycle {ends} of {ends}"
    # Four cycles, of which none may follow one that did worse.
    assert 1 <= ends <= 4
    descent = animate_training(networks, SCALED, Y, view="contour")
    assert descent.title.endswith("descent on the error surface: one of 3 networks")
    descent.draw(1)
    assert descent.figure.axes[0].get_title().startswith("cycle 1: loss ")


def test_bad_input() -> None:
    with pytest.raises(ValueError, match="two classes, not 3"):
        animate_training(Perceptron(), np.eye(3)[:, :2], [0, 1, 2])
    with pytest.raises(ValueError, match="NaN"):
        animate_training(DESCENT, [[0.0, np.nan], [1.0, 1.0]], [0, 1])
    with pytest.raises(ValueError, match="view must be"):
        animate_training(DESCENT, SCALED, Y, view=cast(Any, "surface"))
    with pytest.raises(ValueError, match="one class per row"):
        animate_training(DESCENT, SCALED, np.eye(len(SCALED))[:, :2])
    with pytest.raises(ValueError, match="has its own path: use n_members=1"):
        animate_training(MLPClassifier((4,), n_members=2, random_state=0), SCALED, Y)
    with pytest.raises(ValueError, match="does not descend"):
        animate_training(DummyClassifier(), X, Y)
    with pytest.raises(ValueError, match="class"):
        animate_training(DESCENT, SCALED, np.zeros(len(SCALED), dtype=int))


def test_a_hundred_features_are_shown_on_their_principal_plane() -> None:
    rng = np.random.default_rng(0)
    film = animate_training(DESCENT, rng.normal(size=(40, 100)), np.arange(40) % 2, max_frames=2)
    assert "principal" in film.figure.axes[0].get_xlabel()


def test_a_table_is_shown_over_its_own_columns() -> None:
    frame = datasets.load("penguins").frame.dropna().head(200)
    birds, species = frame.drop(columns="species"), frame["species"]
    model = TableClassifier(LogisticRegression())
    film = animate_training(model, birds, species, features=["bill_depth_mm", "island"])
    ax = film.figure.axes[0]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("bill_depth_mm", "island")
    assert {label.get_text() for label in ax.get_yticklabels()} == set(birds["island"])
    last = shade(film, film.n_frames - 1)
    fitted = model.fit(birds, species)
    expected = BoundaryDisplay.from_estimator(
        *(fitted, birds, species),
        features=["bill_depth_mm", "island"],
        resolution=len(last),
    )
    np.testing.assert_allclose(last, np.asarray(expected.shade_.get_array()), atol=1e-6)
    one = animate_training(model, birds[["bill_depth_mm"]], species)
    assert one.figure.axes[0].get_xlabel() == "bill_depth_mm"
