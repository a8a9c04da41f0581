"""Films: pictures that move, as GIF, as MP4, and in Jupyter."""

import base64
import html
import math
import os
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
from matplotlib.animation import AbstractMovieWriter, FFMpegWriter, FuncAnimation, PillowWriter
from matplotlib.artist import Artist
from matplotlib.figure import Figure

from errorest.exceptions import OutputError
from errorest.output import write_atomically

__all__ = ["Film", "film_writer"]

_SECONDS_AT_THE_END = 1.0


class Film:
    """A figure and how it changes from frame to frame.

    In Jupyter it shows itself. It keeps the colours of the style in which it was made.

    Parameters
    ----------
    figure : matplotlib Figure
    draw : callable
        Takes the number of a frame, from 0, and changes the figure's artists.
    n_frames : int
    fps : int
        Frames per second, unless `save` is told otherwise.
    title : str
        What the film is about, for those who cannot see it.

    Attributes
    ----------
    figure, draw, n_frames, fps, title

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from errorest import LogisticRegression
    >>> from errorest.plots import animate_training
    >>> X, y = [[0.0, 1.0], [1.0, 0.0], [1.0, 2.0], [2.0, 1.0]], ["no", "no", "yes", "yes"]
    >>> film = animate_training(LogisticRegression(solver="sgd", max_iter=3), X, y)
    >>> path = Path(tempfile.mkdtemp()) / "film.gif"
    >>> film.save(path, width=200)
    >>> path.exists(), film.n_frames
    (True, 4)
    """

    def __init__(
        self, figure: Figure, draw: Callable[[int], None], n_frames: int, fps: int, title: str
    ) -> None:
        self.figure = figure
        self.draw = draw
        self.n_frames = n_frames
        self.fps = fps
        self.title = title
        self._colors = mpl.rcParams.find_all("color")
        # Laid out once: a frame takes less time then, and nothing shakes. Where a figure still has
        # a layout, even one named "none", matplotlib draws each frame of a file twice.
        self._draw_frame(0)
        figure.draw_without_rendering()
        with mpl.rc_context({"figure.autolayout": False, "figure.constrained_layout.use": False}):
            figure.set_layout_engine(None)
        # Jupyter would show an open figure too, beside the film.
        plt.close(figure)

    def animation(self, fps: int | None = None) -> FuncAnimation:
        """Return the film as matplotlib's animation, the last frame held for a second.

        Parameters
        ----------
        fps : int, optional

        Raises
        ------
        ValueError
            If it is not above 0.
        """
        fps = self._rate(fps)
        held = [self.n_frames - 1] * round(_SECONDS_AT_THE_END * fps)
        frames = [*range(self.n_frames), *held]
        return FuncAnimation(
            self.figure,
            self._draw_frame,
            frames,
            init_func=lambda: self._draw_frame(0),
            interval=1000 / fps,
            cache_frame_data=False,
        )

    def save(
        self,
        path: str | os.PathLike[str],
        *,
        width: int = 600,
        fps: int | None = None,
        overwrite: bool = False,
    ) -> None:
        """Write the film to a file.

        Parameters
        ----------
        path : path-like
            Ending in .gif, or in .mp4 where ffmpeg is installed.
        width : int, default=600
            In pixels.
        fps : int, optional
            Frames per second.
        overwrite : bool, default=False
            Whether a file that is already there may be replaced.

        Raises
        ------
        OutputError
            If the file exists already or cannot be written, its ending is another, or ffmpeg is
            missing or fails.
        ValueError
            If fps is not above 0.
        """
        writer = film_writer(Path(path), self._rate(fps))
        with write_atomically(path, overwrite=overwrite) as temporary:
            dpi = width / self.figure.get_figwidth()
            try:
                self.animation(fps).save(temporary, writer=writer, dpi=dpi)
            except Exception as error:
                # Writers end a film that was interrupted, too, and fail where it has no frame, or
                # where Ctrl-C ended ffmpeg.
                if isinstance(error.__context__, KeyboardInterrupt | SystemExit):
                    raise error.__context__ from None
                if not isinstance(error, subprocess.CalledProcessError):
                    raise
                said = error.stderr.partition("\n")[0] or f"status {error.returncode}"
                raise OutputError(f"{path} cannot be written: ffmpeg failed ({said})") from error

    def _rate(self, fps: int | None) -> int:
        if fps is None:
            return self.fps
        if not 0 < fps < math.inf:
            raise ValueError(f"fps must be above 0 frames per second, not {fps}")
        return fps

    def _draw_frame(self, frame: int) -> list[Artist]:
        with mpl.rc_context(self._colors):
            self.draw(frame)
        return []

    def _repr_html_(self) -> str:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "film.gif"
            self.save(path)
            encoded = base64.b64encode(path.read_bytes()).decode()
        return f'<img alt="{html.escape(self.title)}" src="data:image/gif;base64,{encoded}">'


def film_writer(path: Path, fps: int = 10) -> AbstractMovieWriter:
    """Return matplotlib's writer for a file.

    Parameters
    ----------
    path : Path
    fps : int, default=10

    Returns
    -------
    matplotlib AbstractMovieWriter

    Raises
    ------
    OutputError
        If the name ends otherwise than in .gif or .mp4, or ffmpeg is missing.
    """
    match path.suffix.lower():
        case ".gif":
            return PillowWriter(fps=fps)
        case ".mp4" if FFMpegWriter.isAvailable():
            # On a full disk, ffmpeg would leave half a film, and report that all went well.
            extra_args = [*mpl.rcParams["animation.ffmpeg_args"], "-xerror"]
            return FFMpegWriter(fps=fps, extra_args=extra_args)
        case ".mp4":
            raise OutputError(
                f"{path} needs ffmpeg, which is not installed: install it (such as by "
                "`apt install ffmpeg` or `brew install ffmpeg`), or save a .gif"
            )
    raise OutputError(f"{path} must end in .gif or .mp4")
