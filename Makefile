# run · setup · test · check · bench. Nothing here needs root.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv

# pip may be configured with a folder of local files (a CPU build of torch, say); uv has to be told.
LOCAL_FILES := $(shell $(PYTHON) -m pip config get global.find-links 2>/dev/null)
UV_SOURCES := $(if $(wildcard $(LOCAL_FILES)),UV_FIND_LINKS=$(LOCAL_FILES),UV_TORCH_BACKEND=cpu)

.PHONY: run setup test check bench format lock

run: setup
	$(BIN)/eyelevel ingest
	@echo "To look around first: $(BIN)/eyelevel demonstration load (and remove), or the page Themes as manager."
	$(BIN)/eyelevel serve --open

setup: $(VENV)/.installed
	@$(BIN)/eyelevel models || echo "A model is missing; what works without it does. Run make setup again when the packages can be had."

$(VENV)/.installed: requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet uv==0.13.9
	$(UV_SOURCES) $(UV) pip install --quiet --python $(BIN)/python --compile-bytecode -r requirements.lock
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	touch $@

test: setup
	$(BIN)/python -m pytest

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest
	$(BIN)/eyelevel eval --quick

bench: setup
	$(BIN)/python -m evals.bench

format:
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock:  # from nothing, or uv would keep to the plain torch, which brings gigabytes for a graphics card
	rm -f requirements.lock
	$(UV_SOURCES) $(UV) pip compile --quiet --python-version 3.11 --extra dev --extra build \
	  --no-emit-index-url --no-emit-find-links --no-annotate --no-header pyproject.toml -o requirements.lock
	sed -i "s/^torch==\(.*\)+cpu$$/torch==\1/" requirements.lock
