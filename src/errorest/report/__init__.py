"""A model on a table as one page of HTML that needs nothing else.

`build_report` gathers what there is to say, each kind of it in a file of its own, and fills in
``page.html``. All text from tables and models is escaped by Jinja.
"""

from errorest.report.page import build_report

__all__ = ["build_report"]
