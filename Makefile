# make demo      train, evaluate and predict on an example table
# make test      every check: style, types, layers, tests
# make sanitize  the compiled engine's tests under Clang's AddressSanitizer and UBSan
# make bench     speed beside scikit-learn, PyTorch, JAX and ONNX Runtime (installs them)
# make gallery   the pictures of docs/gallery.md, drawn by its examples
# make docs      the guides and the reference as pages, in build/docs
# All but sanitize share .venv, made from plain pip; PYTHON=python3.12 picks another Python.

PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test sanitize bench gallery docs clean

demo: .venv/installed
	PATH="$(CURDIR)/$(BIN):$$PATH" bash docs/demo.sh

test: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest --numprocesses=auto

sanitize:
	sh tests/engine/sanitize.sh -q

bench: .venv/installed-bench
	$(BIN)/python -m benchmarks

gallery: .venv/installed
	$(BIN)/python docs/gallery.py

docs: .venv/installed-docs
	$(BIN)/sphinx-build --quiet --fail-on-warning --keep-going docs build/docs
	cp -r docs/gallery build/docs

clean:
	rm -rf .venv build demo

.venv/installed: pyproject.toml CMakeLists.txt $(wildcard cpp/*)
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --editable '.[data]'
	touch $@

# What is installed already is not built again for the packages of its extras.
.venv/installed-bench: .venv/installed
	$(BIN)/pip install --quiet 'errorest[data,bench]'
	touch $@

.venv/installed-docs: .venv/installed
	$(BIN)/pip install --quiet 'errorest[docs,jupyter,playground]'
	touch $@

.venv/installed-dev: .venv/installed
	$(BIN)/pip install --quiet 'errorest[data,jupyter,onnx,playground,dev]'
	touch $@
