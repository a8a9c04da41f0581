from pathlib import Path

import pytest


@pytest.fixture
def shared_data() -> Path:
    """The folder of real tables that may lie beside a checkout."""
    folder = Path(__file__).parents[3] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the real tables are not here")
    return folder
