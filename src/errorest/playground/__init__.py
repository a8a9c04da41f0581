"""The playground: see a network learn, in the browser or in Jupyter.

`Session` is the whole of it, without any web: messages in, answers out. Two thin hosts carry
the messages: `errorest.playground.server` (``errorest playground``) and `Widget` (Jupyter); the
page in ``web/`` only draws.
"""

from typing import TYPE_CHECKING, Any

from errorest.playground.session import Session

if TYPE_CHECKING:
    from errorest.playground.widget import Widget

__all__ = ["Session", "Widget"]


# Type checkers know the names from above, and would believe any other.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        # Only the widget needs anywidget.
        if name != "Widget":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        try:
            from errorest.playground.widget import Widget
        except ModuleNotFoundError as error:
            raise ImportError(
                f"the widget needs {error.name}: pip install 'errorest[jupyter]'"
            ) from error
        return Widget


def __dir__() -> list[str]:
    return __all__
