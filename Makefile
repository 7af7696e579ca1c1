# Layersmith. `make run` shows the main job, `make test` proves it, `make check` holds the house in order.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
export KERAS_BACKEND ?= jax
export TF_CPP_MIN_LOG_LEVEL ?= 2

.PHONY: run test test-all check bench format clean

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Layersmith needs Python 3.11 or newer; set PYTHON=")'
	$(PYTHON) -m venv .venv

.venv/.core: .venv/bin/python pyproject.toml constraints.txt
	$(PIP) -e .
	touch $@

.venv/.test: .venv/.core
	$(PIP) -e '.[test,check]'
	touch $@

run: .venv/.core
	rm -rf runs/digits
	$(BIN)/layersmith search sklearn:digits --budget 60s --out runs/digits

test: .venv/.test
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m 'not slow'

test-all: test
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m slow

check: .venv/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

.venv/.bench: .venv/.test
	$(PIP) tensorboard # which KerasTuner imports on TensorFlow
	touch $@

BENCHMARKS := fit_small_dense tune_small_dense tune_wide_dense tune_lstm tune_conv dense_share_of_peak host_time memory never_slower buckets overhead time_to_quality cross_validate interval_coverage

bench: .venv/.bench
	set -e; for name in $(BENCHMARKS); do $(BIN)/python benchmarks/$$name.py; done
	$(BIN)/python benchmarks/search_quality.py
	$(BIN)/python benchmarks/table.py

format: .venv/.test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf .venv runs dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
