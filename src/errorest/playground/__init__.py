"""The playground: see a network learn, in the browser or in Jupyter.

`Session` is the whole of it, without any web: messages in, answers out. Two thin hosts carry
the messages: `errorest.playground.server` (``errorest playground``) and
`errorest.playground.widget`; the page in ``web/`` only draws.
"""

from errorest.playground.session import Session

__all__ = ["Session"]
