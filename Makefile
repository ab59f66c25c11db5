# Everything goes through start.py, which needs Python 3.11 and nothing else; it skips what is done already.
PYTHON ?= python3
TESTS ?= tests
WORKERS ?= auto
SPEC_DIR ?= ../shared/spec
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help run setup setup-dev test lint lint-types lint-rest fix unit coverage nightly bench screenshots coverage-of-spec messages clean

help:  ## Show this help
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run:  ## Set up and run the desk with its demo world (PORT=8000, MADOGUCHI_DATA=./var)
	@$(PYTHON) start.py run

setup:  ## Set up only: packages, front end, translations
	@$(PYTHON) start.py setup

setup-dev:
	@$(PYTHON) start.py setup --dev

test: lint unit  ## Set up, then run all checks and all tests (TESTS=tests/cases)

lint: setup-dev  ## Run linters, type checkers and the front end's own tests
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=target lint-types lint-rest

lint-types:
	$(BIN)/mypy

lint-rest:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/deptry .
	$(BIN)/djlint --quiet --lint app
	$(PYTHON) start.py npm run check
	$(PYTHON) start.py npm test

fix: setup-dev  ## Repair what the linters can repair by themselves
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

unit: setup-dev
	$(BIN)/pytest --numprocesses $(WORKERS) --maxprocesses 4 --dist worksteal $(TESTS)

coverage: setup-dev  ## Run the tests and show the lines that none of them reaches
	$(BIN)/pytest --numprocesses $(WORKERS) --maxprocesses 4 --dist worksteal --cov --cov-report term-missing:skip-covered $(TESTS)

nightly: setup-dev  ## Run the tests that take minutes or move gigabytes
	$(BIN)/pytest -m nightly -n 0 -s $(TESTS)

bench: setup-dev  ## Measure pages beside a bare Flask page, the files of lists, bookings on both databases, and the search
	$(BIN)/python -m bench.run
	$(BIN)/python -m bench.exports
	$(BIN)/python -m bench.growth
	$(BIN)/python -m bench.bookings
	$(BIN)/python -m bench.points
	$(BIN)/python -m bench.search

screenshots: setup-dev  ## Make the README's pictures from the running demo
	$(BIN)/python -m scripts.screenshots

coverage-of-spec: setup-dev  ## Show spec IDs without a test, and test marks without a spec ID (SPEC_DIR=../shared/spec)
	@$(BIN)/python scripts/coverage_of_spec.py --spec $(SPEC_DIR)

messages: setup-dev  ## Collect the texts of the code into the translation catalogues
	$(BIN)/pybabel extract --mapping-file pyproject.toml --keyword N_ --keyword _n:1,2 --keyword _l --keyword _lp:1c,2 --project Madoguchi \
		--no-location --sort-output --width 110 --output-file .cache/messages.pot .
	$(BIN)/pybabel update --input-file .cache/messages.pot --output-dir translations --no-fuzzy-matching \
		--width 110

clean:  ## Remove all that the set-up made; the data folder stays
	rm -rf .venv .cache frontend/node_modules app/static/dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
