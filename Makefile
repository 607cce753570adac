# The short list of commands. Everything runs in .venv, which the first command makes. Needs Python 3.11 or newer, git and make.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ADDRESS ?= 127.0.0.1:8000
export NO_MKDOCS_2_WARNING := 1

.DEFAULT_GOAL := help
.PHONY: help serve site check lint test quick bench snapshot-demo lock clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' Makefile | sort | awk -F ':.*## ' '{printf "make %-14s %s\n", $$1, $$2}'

serve: $(VENV)/.built ## Check, build and serve with reload; prints the address
	@$(BIN)/aims check || true
	@echo "The portal comes up at http://$(ADDRESS)/ (stop with Ctrl-C)"
	@$(BIN)/mkdocs serve --dev-addr $(ADDRESS)

site: $(VENV)/.built ## Check and build into site/, strictly
	@$(BIN)/aims build

check: $(VENV)/.built ## Check data and pages: errors, gaps, what is due
	@$(BIN)/aims check

lint: $(VENV)/.tested ## Check style, types, and which module may use which
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo --no-cache

test: lint $(VENV)-properdocs/.tested ## Run all tests, from nothing (8 to 11 minutes on 2 cores)
	@$(BIN)/python -m pytest $(WORKERS)

quick: lint ## Run the tests that need neither git nor a browser, and those of the data (under a minute)
	@$(BIN)/python -m pytest tests/data tests/example -m "not programs"
	@PATH=$(abspath $(BIN)) python -m pytest $(WORKERS) tests/code -m "not programs"
# One worker for each core, a file at a time, in the order in which they are collected: what takes long comes first. Without other programs on the
# PATH a test that needs one fails in `make quick`, so none is there by mistake.
WORKERS := -n auto --dist loadfile --no-loadscope-reorder

bench: $(VENV)/.tested ## Measure loading, building and storing (about 25 minutes)
	@$(BIN)/python bench/run.py

snapshot-demo: $(VENV)/.built ## Three snapshots of the example in a repository of their own, served with the version selector (about 2 minutes)
	@$(BIN)/python demo/history.py

lock: $(VENV)/.tested ## Write requirements*.txt anew from the ranges in pyproject.toml
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv pip compile pyproject.toml --group build $(LOCK) -o requirements.txt
	@$(BIN)/uv pip compile pyproject.toml --group build --group dev $(LOCK) -o requirements-dev.txt
	@$(BIN)/uv pip compile pyproject.toml --group properdocs -c requirements.txt $(LOCK) -o tests/site/properdocs.txt
LOCK := --upgrade --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links

clean: ## Remove the environment and everything that was built
	rm -rf $(VENV) $(VENV)-properdocs site .site.* .mypy_cache .ruff_cache .hypothesis *.egg-info build

# The project itself is installed editable and without dependencies: those come with their hashes from the lock files.
$(VENV)/.built: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; name it like: make PYTHON=python3.12 serve"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.tested: $(VENV)/.built requirements-dev.txt
	@echo "Installing what the tests need …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

# ProperDocs takes the place of the module mkdocs wherever it is installed, so it is apart.
$(VENV)-properdocs/.tested: tests/site/properdocs.txt $(VENV)/.built
	@$(PYTHON) -m venv $(VENV)-properdocs
	@echo "Installing ProperDocs into $(VENV)-properdocs …"
	@$(VENV)-properdocs/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tests/site/properdocs.txt
	@touch $@
