"""The command line: ``errorest VERB ...``, one file a verb.

Results go to stdout, notes and progress to stderr. An error is one line and exit status 2. A
verb imports what it needs when it runs, so that ``--help`` starts fast.
"""

from errorest.cli.app import main

__all__ = ["main"]
