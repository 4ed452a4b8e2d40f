# What a contributor runs. `make` alone lists the targets.

PYTHON ?= python3
BIN    := .venv/bin
STAMP  := .venv/.installed

.DEFAULT_GOAL := help
.PHONY: help venv demo test check bench bench-ledger bench-lists bench-quality bench-validation matching-page bench-privacy bench-residency bench-speed format lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

venv: $(STAMP) ## build .venv with Cordon and its tools, exactly as locked

demo: $(STAMP) ## load the fixture lists, screen the fixture customers, print the alerts
	@$(BIN)/cordon demo

test: $(STAMP) ## run the tests; `make test ARGS="-k vessel"` passes options on to pytest
	@$(BIN)/pytest $(ARGS)

check: $(STAMP) ## formatting, lint, types and the order of the rooms
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(STAMP) ## time a batch of real size and write docs/benchmarks.md; needs ../shared
	@$(BIN)/python -m benchmarks.clean_customers

bench-lists: $(STAMP) ## time loading the real lists and write docs/benchmarks.md; needs ../shared
	@$(BIN)/python -m benchmarks.lists

bench-ledger: $(STAMP) ## measure what recording costs and write docs/benchmarks.md; needs ../shared
	@$(BIN)/python -m benchmarks.ledger

bench-privacy: $(STAMP) ## measure what encryption costs and write docs/benchmarks.md; needs ../shared
	@$(BIN)/python -m benchmarks.privacy

bench-residency: $(STAMP) ## measure what routing and the receipt cost and write docs/benchmarks.md; needs ../shared
	@$(BIN)/python -m benchmarks.residency

bench-speed: $(STAMP) ## measure speed on a million customers and write docs/benchmarks.md; needs ../shared, takes an hour
	@$(BIN)/python -m benchmarks.speed $(ARGS)

bench-quality: $(STAMP) ## measure match quality beside plain baselines and write docs/quality.md; ARGS=8000 alters fewer names; needs ../shared
	@$(BIN)/python -m benchmarks.quality $(ARGS)

bench-validation: $(STAMP) ## time cordon validate on 100,000 records and write docs/validation.md; needs ../shared
	@$(BIN)/python -m benchmarks.validation

matching-page: $(STAMP) ## write the examples and the model table of docs/matching.md; a test compares them with the code
	@$(BIN)/python -m benchmarks.matching_page

format: $(STAMP) ## put the code into its one format
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

lock: $(STAMP) ## choose current releases anew and write requirements.lock; commit it with pyproject.toml
	@$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --fork-strategy fewest \
		--generate-hashes --custom-compile-command "make lock" --group dev pyproject.toml --output-file requirements.lock

clean: ## remove all that make has built: .venv, the demo's home, caches
	@rm -rf .venv .demo .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# uv takes a quarter of pip's time. pip does the whole work where uv cannot: it alone reads a mirror from pip.conf.
$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Cordon needs Python 3.11 or newer, which '$(PYTHON)' is not; name one that is, such as: make venv PYTHON=python3.12" >&2; \
		exit 1; }
	@echo "Building .venv ..."
	@$(PYTHON) -m venv .venv
	@sed -n '/^uv==/,/# via/p' requirements.lock > .venv/uv.lock
	@{ $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r .venv/uv.lock \
		&& $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock; } \
		|| $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(STAMP)
