# Brokerscope: `make serve` shows the page, `make test` runs everything that CI runs.
# Both install what is missing first; `.ci/tools` says how, and what to do where it cannot.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-builtin-rules

# Tools of the right version on PATH are taken; others are installed here.
export BROKERSCOPE_TOOLS ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/brokerscope/tools
export PATH := $(BROKERSCOPE_TOOLS)/bin:$(PATH):$(or $(CARGO_HOME),$(HOME)/.cargo)/bin
# Trunk takes only true and false here, and some set it to 1.
unexport NO_COLOR

PORT ?= 8080
SUITES ?=
# The suites of .ci/test.mjs; each is a target of its own.
ALL_SUITES := fmt clippy clippy-wasm native node browser worlds fuzz-short verify live site e2e
SITE_TOOLS := rust node wasm_bindgen trunk wasm_opt

.PHONY: help serve test dist bench tools clean fuzz verify-live $(ALL_SUITES)

help:
	@echo 'make serve   build the page and serve it (PORT=8080)'
	@echo 'make test    everything that CI runs (SUITES="fmt clippy" for some of it)'
	@echo 'make dist    the release site, into dist/'
	@echo 'make bench   the figures, and the gates among them'
	@echo 'make verify  our answers beside those of Apache Kafka (COUNT=10000 SEED=1 KIND=clients)'
	@echo 'make verify-live  our files and the programs of the book beside those of a real broker'
	@echo 'make fuzz    batches, files and indexes of any bytes (FUZZ_SECONDS=600 each)'
	@echo 'make tools   only what the others would install'
	@echo 'One suite:   make $(ALL_SUITES)'

serve:
	@.ci/tools $(SITE_TOOLS)
	@echo 'Building; then the page is at http://127.0.0.1:$(PORT)/'
	@trunk serve --release --dist target/serve --port $(PORT)

dist:
	@.ci/tools $(SITE_TOOLS)
	@trunk build --release

tools:
	@.ci/tools

test: tools
	@node .ci/test.mjs $(SUITES)

bench: tools
	@$(MAKE) --no-print-directory dist
	@node .ci/test.mjs bench

fuzz:
	@.ci/tools rust node
	@node fuzz/run.mjs $(or $(FUZZ_SECONDS),600)

fuzz-short:
	@.ci/tools rust node
	@node .ci/test.mjs $@

# The suite of CI asks fewer; a count or a seed of one's own is asked without it.
verify:
	@.ci/tools rust node kafka
ifneq ($(COUNT)$(SEED)$(KIND),)
	@cargo build --locked --release --quiet
	@python3 tests/verify/verify.py --count $(or $(COUNT),10000) --seed $(or $(SEED),1) $(KIND:%=--kind %)
else
	@node .ci/test.mjs $@
endif

# The whole of it; the suite of CI sends less.
verify-live:
	@.ci/tools rust node kafka
	@cargo build --locked --release --quiet
	@python3 tests/verify/live.py

live:
	@.ci/tools rust node kafka
	@node .ci/test.mjs $@

fmt clippy native worlds:
	@.ci/tools rust node
	@node .ci/test.mjs $@

clippy-wasm site:
	@.ci/tools $(SITE_TOOLS)
	@node .ci/test.mjs $@

node:
	@.ci/tools rust node wasm_bindgen wasm_pack
	@node .ci/test.mjs $@

browser:
	@.ci/tools rust node wasm_bindgen wasm_pack browser
	@node .ci/test.mjs $@

e2e: dist
	@.ci/tools browser e2e
	@node .ci/test.mjs $@

clean:
	@rm -rf target dist tests/e2e/node_modules tests/e2e/output
