# make demo   train, evaluate and predict on an example table
# make test   every check: style, types, layers, tests
# Both make their own virtual environment in .venv from plain pip; PYTHON=python3.12 picks another.

PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test clean

demo: .venv/installed
	PATH="$(CURDIR)/$(BIN):$$PATH" bash docs/demo.sh

test: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest --numprocesses=auto

clean:
	rm -rf .venv demo

.venv/installed: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --editable '.[data]'
	touch $@

.venv/installed-dev: pyproject.toml | .venv/installed
	$(BIN)/pip install --quiet --editable '.[data,dev]'
	touch $@
