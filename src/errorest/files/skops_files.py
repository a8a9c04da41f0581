"""skops, imported without PyTorch.

To know scikit-learn's types, skops imports every module of it, and one of them imports PyTorch
where that is installed: seconds, on each call of the command line, for what no model file holds.
"""

import sys

_WITH_PYTORCH = "sklearn.externals.array_api_compat.torch"

# None makes its import fail, which those who look through packages expect.
sys.modules.setdefault(_WITH_PYTORCH, None)  # type: ignore[arg-type]  # as importlib has it
try:
    from skops.io import dump, get_untrusted_types, load
finally:
    if sys.modules[_WITH_PYTORCH] is None:
        del sys.modules[_WITH_PYTORCH]

__all__ = ["dump", "get_untrusted_types", "load"]
