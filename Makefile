# Two commands set everything up: `make data` and `make test`. Needs Python 3.11 or newer, make, git.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PORT ?= 3000
DAGSTER_HOME := $(CURDIR)/.dagster

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export DAGSTER_DISABLE_TELEMETRY := 1

.DEFAULT_GOAL := help
.PHONY: help data test check bench ui format lint types validate lock clean

help:  ## list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

data: $(READY)  ## turn data/raw into the tables of data/curated
	@$(BIN)/htx build

test: $(READY)  ## run the tests
	@$(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

check: $(READY)  ## confront the figures with every rule
	@$(BIN)/htx check

bench: $(READY)  ## measure: cold start, materialisation, large tables, other libraries, who is named, planted slips, killed builds
	@$(BIN)/python benchmarks/startup.py
	@$(BIN)/python benchmarks/materialise.py
	@$(BIN)/python benchmarks/materialise.py --cold
	@$(BIN)/python benchmarks/tables.py
	@$(BIN)/python benchmarks/tables.py 1e7
	@$(BIN)/python benchmarks/curated.py
	@$(BIN)/python benchmarks/curated.py 1e7 --rounds 1
	@$(BIN)/python benchmarks/peers.py
	@$(BIN)/python benchmarks/localisation.py
	@$(BIN)/python benchmarks/mutations.py
	@$(BIN)/python benchmarks/kills.py

ui: $(READY)  ## the Dagster UI on http://127.0.0.1:3000
	@DAGSTER_HOME="$(DAGSTER_HOME)" $(BIN)/python -m htx_pipeline.orchestration.register
	@DAGSTER_HOME="$(DAGSTER_HOME)" $(BIN)/dagster dev -w workspace.yaml -h 127.0.0.1 -p $(PORT)

format: $(READY)  ## mend style and formatting
	@$(BIN)/ruff check --fix --quiet
	@$(BIN)/ruff format --quiet

lint: $(READY)  ## style, formatting, import directions
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/lint-imports --no-cache >$(VENV)/lint-imports.log || { cat $(VENV)/lint-imports.log; exit 1; }

types: $(READY)  ## mypy, strict
	@$(BIN)/mypy

validate: $(READY)  ## load the Dagster code location
	@$(BIN)/dagster definitions validate -w workspace.yaml

lock:  ## renew requirements.lock from pyproject.toml (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-header --no-annotate --extra dev --upgrade --quiet pyproject.toml -o requirements.lock

clean:  ## remove the environment and everything that a build leaves
	rm -rf $(VENV) data/staging data/quality-docs screenshots .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find .dagster -mindepth 1 ! -name dagster.yaml -delete

$(READY): $(VENV)/.locked pyproject.toml
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.locked: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; name one: make data PYTHON=python3.12" >&2; exit 1; }
	@echo "Installing into $(VENV) (once; about a minute) ..." >&2
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements.lock
	@touch $@
