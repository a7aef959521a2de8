# make run       opens the application            (ARGS="…" passes arguments on)
# make test      lint, types, layers and tests    (needs no display)
# make figures   measures all methods and renews the tables  (SETS="…" on other data sets, ARGS=--again anew)
# make env       prepares .venv only              (EXTRAS=torch,raw adds optional parts)
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMPS := $(VENV)/.stamps
EXTRAS ?=
SETUP  := packaging/setup

.PHONY: run test check env screenshots compare-pictures figures lock clean

run: env
	$(BIN)/visearch-desktop $(ARGS)

test: export EXTRAS := torch,raw
test:
	@$(MAKE) --no-print-directory env EXTRAS=torch,raw,dev
	@$(MAKE) --no-print-directory check

check:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/pytest $(ARGS)

env:
	@PYTHON="$(PYTHON)" EXTRAS="$(EXTRAS)" sh packaging/setup/env.sh

# Drives the real application under a virtual display over real photos and saves PNGs of its states.
screenshots:
	@$(MAKE) --no-print-directory env EXTRAS=dev
	@PYTHON="$(BIN)/python" sh packaging/setup/virtual_display.sh packaging/screenshots.py --out "$(or $(OUT),screenshots)" $(ARGS)

# Pictures of the compare page: ten pairs of photos that are hard each in a way.
compare-pictures:
	@$(MAKE) --no-print-directory env EXTRAS=dev
	@PYTHON="$(BIN)/python" sh packaging/setup/virtual_display.sh packaging/compare_pictures.py --out "$(or $(OUT),screenshots)" $(ARGS)

# Measures every method on the sets and writes the table of the README and of the program's help.
SETS     ?= ../shared/data/places-develop ../shared/data/places-test
VERIFIED ?= visearch_v1,colour_histogram,rootsift_vlad,vlad,mobilenet_v2_tf,densenet169_imagenet
MEASURED := build/figures

figures:
	@$(MAKE) --no-print-directory env EXTRAS=dev
	@mkdir -p $(MEASURED) && rm -f $(MEASURED)/*.json
	@for set in $(SETS); do \
	  out=$(MEASURED)/$$(basename $$set); \
	  $(BIN)/visearch-desktop evaluate $$set --descriptor all --json $(ARGS) > $$out.json && \
	  $(BIN)/visearch-desktop evaluate $$set --descriptor $(VERIFIED) --refine verify --json $(ARGS) > $$out-verified.json || exit; \
	done
	@$(BIN)/python packaging/method_table.py $(foreach set,$(SETS),$(MEASURED)/$(notdir $(set)).json $(MEASURED)/$(notdir $(set))-verified.json)

lock:
	$(BIN)/pip install -q uv
	$(BIN)/uv pip compile -q --universal --no-emit-index-url --all-extras --python-version 3.11 pyproject.toml -o requirements.lock

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
