"""The compiled engine's threads, as threadpoolctl sees and limits them.

>>> from threadpoolctl import threadpool_limits
>>> from errorest.engine import n_threads
>>> with threadpool_limits(1):
...     n_threads()
1
"""

from threadpoolctl import LibController

from errorest.engine.threads import n_threads_of_process, set_threads

__all__ = ["EngineController"]


class EngineController(LibController):  # type: ignore[misc]  # threadpoolctl has no types
    """Recognises the engine's extension modules among the libraries of a process."""

    user_api = "errorest"
    internal_api = "errorest"
    filename_prefixes = ("_baseline", "_avx2", "_avx512")
    check_symbols = ("errorest_engine",)

    def get_num_threads(self) -> int:
        return n_threads_of_process()

    def set_num_threads(self, num_threads: int) -> None:
        set_threads(num_threads)

    def get_version(self) -> None:
        """Its version is that of Errorest."""
