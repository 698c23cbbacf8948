# The verbs of this project; `make help` lists them.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Only files whose hashes are in the lock, whatever the index says.
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes

.DEFAULT_GOAL := help

.PHONY: help
help: ## list the verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
# The launcher ends the demo together with make, even when make is killed with -9.
demo: $(VENV)/.for-running ## run the whole shop here; PORT=8000 SERVERS=1 SHOP_DATA_DIR=.data
	@exec $(BIN)/python -I -S shop/embedded/process/launch.py --parent=$$PPID --dies-with=15 -- \
		$(BIN)/python manage.py demo

.PHONY: test
test: check ## check, then run every test; ARGS="-k words" chooses
	@exec $(BIN)/python -m pytest --numprocesses auto $(ARGS)

.PHONY: model-test
model-test: export STEPS ?= 20000
model-test: $(VENV)/.for-developing ## the whole domain against a tiny model; STEPS=20000
	@exec $(BIN)/python -m pytest tests/journeys/test_stock_model.py

.PHONY: interleavings
interleavings: export STEPS ?= 5
interleavings: $(VENV)/.for-developing ## every order of shipping, losing, cancelling …; STEPS=5
	-@exec $(BIN)/python -m pytest tests/warehouses/fulfilment/test_interleavings.py

.PHONY: check
check: export SECRET_KEY ?= for checking only
check: export ALLOWED_HOSTS ?= localhost
check: $(VENV)/.for-developing ## lint, format, types, floors, templates, migrations
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy .
	$(BIN)/lint-imports
	$(BIN)/djlint templates --check --lint
	$(BIN)/python manage.py makemigrations --check --dry-run

.PHONY: torture
torture: $(VENV)/.for-developing ## crashes, restarts and crowds for MINUTES=5, then the proof
	@MINUTES=$(or $(MINUTES),5) $(BIN)/python -m benchmarks.torture

.PHONY: simulate-hoarding
simulate-hoarding: $(VENV)/.for-developing ## who is served among hoarders; SHOPPERS=1000 HOARDERS=1000
	@exec $(BIN)/python -m benchmarks.hoarding

.PHONY: webhook-soak
webhook-soak: $(VENV)/.for-developing ## webhooks to a receiver that fails and dies; EVENTS=10000
	@exec $(BIN)/python -m benchmarks.webhook_soak

.PHONY: bench-purchase
bench-purchase: $(VENV)/.for-developing ## the price of a purchase of two items; SECONDS=10
	@exec $(BIN)/python -m benchmarks.purchase

.PHONY: bench-api
bench-api: $(VENV)/.for-developing ## calls a second beside a trivial view on the same server; SECONDS=5
	@exec $(BIN)/python -m benchmarks.api

.PHONY: bench-assign
bench-assign: $(VENV)/.for-developing ## orders assigned a second; the audit of ITEMS=1000000
	@exec $(BIN)/python -m benchmarks.assign

.PHONY: bench-assignment
bench-assignment: $(VENV)/.for-developing ## what assignment costs under each policy; ORDERS=3000 SEEDS=11,12,…
	@exec $(BIN)/python -m benchmarks.assignment

.PHONY: bench-bulk
bench-bulk: $(VENV)/.for-developing ## bulk jobs, exports and feeds; LINES=100000 ROWS=200000 FEED=20000
	@exec $(BIN)/python -m benchmarks.bulk

.PHONY: eval-search
eval-search: $(VENV)/.for-developing ## how good the search is: judged queries, typos; RULES=1 each rule
	@exec $(BIN)/python -m benchmarks.eval_search

.PHONY: bench-search
bench-search: $(VENV)/.for-developing ## how fast the search is; SIZES=50000,500000
	@exec $(BIN)/python -m benchmarks.search

.PHONY: lighthouse
lighthouse: $(VENV)/.for-running ## Lighthouse over a running demo at ADDRESS=http://127.0.0.1:8000
	@exec $(BIN)/python -m benchmarks.lighthouse

.PHONY: fuzz-api
fuzz-api: export FUZZ_EXAMPLES ?= 50
fuzz-api: $(VENV)/.for-developing ## schemathesis over every operation, as four callers; FUZZ_EXAMPLES=50
	@exec $(BIN)/python -m pytest -s tests/shop/contract/test_fuzz.py

.PHONY: access
access: $(VENV)/.for-developing ## write docs/access.md: what every route answers whom
	@ACCESS=write $(BIN)/python -m pytest tests/shop/contract/test_access.py tests/shop/contract/test_admin_rights.py

.PHONY: schema
schema: export SECRET_KEY ?= for the schema only
schema: export ALLOWED_HOSTS ?= localhost
schema: $(VENV)/.for-developing ## write docs/api/: the OpenAPI schema and the collection made of it
	$(BIN)/python manage.py spectacular --format openapi-json --validate --fail-on-warn --file docs/api/openapi.json
	$(BIN)/python manage.py export_collection docs/api/openapi.json docs/api/shop.postman_collection.json

.PHONY: format
format: $(VENV)/.for-developing ## rewrite code and templates in the house's form
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	-$(BIN)/djlint templates --reformat --quiet

.PHONY: audit
audit: $(VENV)/.for-running ## prove that no unit of stock was sold twice, lost or stuck
	@exec $(BIN)/python manage.py audit_stock

# From the least Python that the shop runs on to the newest, on every platform.
LOCK = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--custom-compile-command 'make lock' $(ARGS)

.PHONY: lock
lock: $(VENV)/.for-developing ## write requirements*.lock; ARGS=--upgrade renews what nobody pinned
	$(LOCK) requirements.txt --output-file requirements.lock
	$(LOCK) requirements-dev.txt --constraints requirements.lock --output-file requirements-dev.lock

.PHONY: sbom
sbom: $(VENV)/.for-developing ## write sbom.json, the software bill of materials (CycloneDX)
	$(BIN)/cyclonedx-py requirements --output-reproducible --output-file sbom.json requirements.lock

.PHONY: audit-dependencies
audit-dependencies: $(VENV)/.for-developing ## name known vulnerabilities of what is locked
	@exec $(BIN)/python -m deploy.audit_dependencies requirements.lock requirements-dev.lock

.PHONY: clean
clean: ## remove what can be made again; never the data
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The tools. Readable for others: as root, the database runs as another user.

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo 'The shop needs Python 3.11 or newer: make PYTHON=python3.11 …' >&2; exit 1; }
	@echo 'Building $(VENV), which takes a minute.' >&2
	@umask 022 && $(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(VENV)/.for-running: requirements.lock $(VENV)/.made
	@umask 022 && $(INSTALL) --requirement requirements.lock
	@touch $@

$(VENV)/.for-developing: requirements-dev.lock $(VENV)/.for-running
	@umask 022 && $(INSTALL) --requirement requirements-dev.lock
	@touch $@
