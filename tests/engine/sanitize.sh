#!/bin/sh
# Builds the engine with AddressSanitizer and UndefinedBehaviorSanitizer in an environment of its
# own, build/sanitized, and runs the tests of the seam under them. Arguments go to pytest.
set -eu
cd "$(dirname "$0")/../.."

"${PYTHON:-python3}" -m venv build/sanitized
build/sanitized/bin/pip install --quiet array-api-compat hypothesis numpy pytest pytest-xdist \
    threadpoolctl
ERROREST_REQUIRE_ENGINE=1 build/sanitized/bin/pip install --quiet --no-deps --force-reinstall \
    --config-settings=cmake.define.ERROREST_SANITIZE=ON \
    --config-settings=build-dir=build/sanitized/cmake .

# The interpreter itself is not instrumented: the runtime has to be there before it, together with
# the C++ library whose exceptions it watches, and what Python keeps until it exits is no leak.
compiler=${CXX:-g++}
LD_PRELOAD="$($compiler -print-file-name=libasan.so) $($compiler -print-file-name=libstdc++.so)" \
    ASAN_OPTIONS=detect_leaks=0 \
    build/sanitized/bin/python -m pytest --numprocesses=auto tests/parity tests/engine "$@"
