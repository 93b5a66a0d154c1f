# Every target does the set-up it needs; a second call starts within seconds.
.DEFAULT_GOAL := help
.PHONY: help serve test tools screenshots lint check train eval bench clean
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export HF_HUB_OFFLINE := 1
export TOKENIZERS_PARALLELISM := false
RELEASE := model/release
BUILT := $(RELEASE)/built/build.json
TOOLS := tests/browser/node_modules/.package-lock.json

help:  ## Show the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/'

$(VENV)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Catchall needs Python 3.11 or newer")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/pip install --quiet --progress-bar off -c constraints.txt torch==2.13.0
	PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/pip install --quiet --progress-bar off -c constraints.txt -e '.[train,fast,dev]'
	touch $@

$(BUILT): $(VENV)/.installed $(RELEASE)/manifest.json model/reader/reader.json model/reader/quantities/reader.json training/build.py training/reader.py training/export.py training/smoothing.py training/word_model.py model/network.py model/session.py model/windows.py model/precedents.py model/word_model.py model/language.py
	$(BIN)/catchall release build
	touch $@

serve: $(BUILT)  ## Set up and start the API on 127.0.0.1:8000
	$(BIN)/catchall serve

# What checks pages: without npm those checks are skipped, and the test run says so.
$(TOOLS): tests/browser/package.json tests/browser/package-lock.json tests/browser/.npmrc
	command -v npm >/dev/null && (cd tests/browser && npm ci --silent) && touch $@ || echo 'Without npm: accessibility and HTML will not be checked.'

test: $(BUILT) $(TOOLS)  ## Set up and run the whole test suite; pages are tested where Chromium is installed
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile

tools: $(TOOLS)  ## Install what checks accessibility and HTML of the pages (needs npm)

screenshots: $(BUILT)  ## Take pictures of every page into docs/screenshots (needs Chromium)
	$(BIN)/python -m tests.browser.screenshots

lint: $(VENV)/.installed  ## Check style, types and import layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: $(VENV)/.installed  ## Check the corpus: form, quotas, duplicates, label reviews
	$(BIN)/catchall data check

train: $(VENV)/.installed  ## Train a new release into runs/release (resumes nothing; see catchall train --help)
	$(BIN)/catchall train --out runs/release

eval: $(BUILT)  ## Evaluate the release and all its peers on every suite (trains the fully fine-tuned peer on first use)
	$(BIN)/catchall eval --suite all --full --report reports/latest

bench: $(BUILT)  ## Measure speed against peers in the same run and write docs/benchmarks.md
	$(BIN)/catchall bench --output docs/benchmarks.md

clean:  ## Remove the environment and everything built
	rm -rf $(VENV) $(RELEASE)/built build catchall.egg-info tests/browser/node_modules
