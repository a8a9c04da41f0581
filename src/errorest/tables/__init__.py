"""Tables of mixed columns: read, understood, and turned into a matrix of numbers.

Knows nothing of networks. A file goes through `read_table`; `Schema.recognise` says what each
column is; `Schema.conform` brings any later table into the same form; `build_encoder` in
`errorest.tables.encoder` makes the matrix. Only that part takes scikit-learn, which is long to
import, and is imported by its own name.
"""

from errorest.tables.cells import MISSING_MARKERS
from errorest.tables.column import COLUMN_KINDS, Column, ColumnKind, meaning, meanings
from errorest.tables.dataframe import as_dataframe
from errorest.tables.giveaway import giveaways, warn_of_giveaways
from errorest.tables.reader import delimiter_of, read_cells, read_table
from errorest.tables.schema import Schema
from errorest.tables.separators import decimal_point_of
from errorest.tables.target import check_classes, separate_target

__all__ = [
    "read_table",
    "delimiter_of",
    "decimal_point_of",
    "read_cells",
    "as_dataframe",
    "Schema",
    "Column",
    "ColumnKind",
    "COLUMN_KINDS",
    "meaning",
    "meanings",
    "giveaways",
    "warn_of_giveaways",
    "MISSING_MARKERS",
    "separate_target",
    "check_classes",
]
