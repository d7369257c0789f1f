# `make help` lists what there is. Everything lives in .venv/ and .tools/.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TOOLS := .tools/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help setup demo test check generate format bench evaluate peers schema opa wheel clean

help: ## list what there is
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

setup: $(VENV)/.ready ## make the environment in .venv/

$(VENV)/.ready: pyproject.toml
	@echo "setting up $(VENV) (about a minute the first time)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "regoguard needs Python 3.11 or newer: make PYTHON=python3.12 ..."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@

demo: setup ## a real agent at work; the guard refuses a tunnel, a miner and more
	@$(BIN)/guard demo

test: setup ## the tests (with OPA where it is present or Go can build it)
	@if [ -n "$$GUARD_REQUIRE_OPA" ]; then $(MAKE) --no-print-directory opa; \
	elif command -v go >/dev/null 2>&1 && ! command -v opa >/dev/null 2>&1; then \
	  $(MAKE) --no-print-directory opa || echo "OPA could not be built: tests that need it are skipped"; fi
	@$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist worksteal

check: setup ## format, lint, types, imports, policies, wheel
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@$(BIN)/python tools/generate.py --check
	@$(BIN)/guard lint rego
	@$(BIN)/guard schema | diff rego/schemas/request.json - || { echo "rego/schemas/request.json is old: run 'make schema'"; exit 1; }
	@opa=$$(PATH="$(TOOLS):$$PATH" command -v opa) || { echo "opa is not there: policies are not checked by the schema"; exit 0; }; \
	  "$$opa" check --strict --schema rego/schemas/request.json rego
	@$(BIN)/python -m pytest -q tests/conformance/test_rego.py
	@$(BIN)/python tools/check_wheel.py

generate: setup ## write the files that are made of others (index of rules, documents)
	@$(BIN)/python tools/generate.py

format: setup ## put the code into its form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: setup ## how long decisions and readings take, beside a bare evaluation and bash -n
	@$(BIN)/python benchmarks/decision.py
	@$(BIN)/python benchmarks/parsing.py --plot docs/parsing-linear.svg --hostile 12

evaluate: setup ## score labelled calls (GUARD_EVALUATION, or ../shared/evaluation) and write docs/scoreboard.md
	@$(BIN)/python -m benchmarks.evaluate

peers: setup ## the same, with guards from PyPI and npm installed beside it and measured anew (half an hour)
	@$(BIN)/python -m benchmarks.evaluate --peers

schema: setup ## write the schema of requests anew
	@$(BIN)/guard schema > rego/schemas/request.json

opa: ## build opa and regal into .tools/bin (needs Go)
	@tools/build.sh

wheel: setup ## build the wheel and try it in an empty environment
	@$(BIN)/python tools/check_wheel.py

clean: ## remove what was built
	rm -rf $(VENV) .tools dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis
