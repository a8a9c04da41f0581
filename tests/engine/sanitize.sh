#!/bin/sh
# Builds the engine by Clang with AddressSanitizer and UndefinedBehaviorSanitizer in an environment
# of its own, build/sanitized, and runs the tests of the seam under them. Arguments go to pytest.
# Elsewhere GCC builds it: so both compilers take its sources, and Clang warns of nothing in them.
set -eu
cd "$(dirname "$0")/../.."

"${PYTHON:-python3}" -m venv build/sanitized
build/sanitized/bin/pip install --quiet array-api-compat hypothesis numpy pytest pytest-xdist \
    threadpoolctl
CC=clang CXX=clang++ ERROREST_REQUIRE_ENGINE=1 \
    build/sanitized/bin/pip install --quiet --no-deps --force-reinstall \
    --config-settings=cmake.define.ERROREST_SANITIZE=ON \
    --config-settings=cmake.define.CMAKE_COMPILE_WARNING_AS_ERROR=ON \
    --config-settings=build-dir=build/sanitized/cmake .

# The interpreter itself is not instrumented: the runtime has to be there before it, together with
# the C++ library whose exceptions it watches, and what Python keeps until it exits is no leak.
runtime=$(clang++ -print-file-name="libclang_rt.asan-$(uname -m).so")
LD_PRELOAD="$runtime $(clang++ -print-file-name=libstdc++.so.6)" ASAN_OPTIONS=detect_leaks=0 \
    build/sanitized/bin/python -m pytest --numprocesses=auto tests/parity tests/engine "$@"
