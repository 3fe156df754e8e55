# Works with GNU make 3.81 (macOS) and newer. The work is in .ci/setup and in Python; here is only what leads where.
PYTHON := .venv/bin/python
PORT :=
FILE :=
PYTHONS := 3.11 3.12 3.13 3.14
PYTEST_ARGS :=
BENCH_ARGS :=
STREAMLIT_ARGS :=

.PHONY: help run assets test lint bench data mined locale bundle backup restore clean run-ready test-ready browser-ready

help:
	@echo "make run      start the app on this machine (PORT=8600 for another port)"
	@echo "make assets   fetch the front-end files and the packages that the app needs, and start nothing"
	@echo "make test     run every test, the browser tests with them where a Chromium is here or can be installed"
	@echo "make lint     check style, types and the direction of imports"
	@echo "make bench    measure the app in Chromium and over HTTP (BENCH_ARGS=\"--only tiles\" for one subject)"
	@echo "make data     rebuild every derived file in data/"
	@echo "make mined    rebuild data/mined_area.csv, where the mining detections are (../shared/realdata)"
	@echo "make locale   bring new texts into the gettext catalogues in locale/"
	@echo "make bundle   write dist/fronteras-*.tar.gz, which installs and runs with no network (PYTHONS=\"3.11 3.12\")"
	@echo "make backup   write every layer with its versions to one file (FILE=..., by default in backups/)"
	@echo "make restore  bring the layers of a backup back (FILE=...; REPLACE=1 deletes those that are here)"
	@echo "make clean    remove what the other targets built, the environment and the assets too"

run-ready:
	@.ci/setup run

test-ready:
	@.ci/setup test

browser-ready: test-ready
	@.ci/setup browser

run: run-ready
	$(PYTHON) -m streamlit run app.py $(if $(PORT),--server.port $(PORT)) $(STREAMLIT_ARGS)

assets: run-ready

test: browser-ready
	$(PYTHON) -m pytest $(PYTEST_ARGS)

lint: test-ready
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy
	$(PYTHON) -c "from importlinter.cli import lint_imports_command; lint_imports_command()"

bench: browser-ready
	$(PYTHON) -m tests.bench $(BENCH_ARGS)

data: test-ready
	$(PYTHON) -m data.build

mined: test-ready
	@if [ -d ../shared/realdata ]; then $(PYTHON) -m data.recipe.mined_area; else \
	    echo "fronteras: The mining detections are not here (../shared/realdata), so data/mined_area.csv stays as it is."; fi

locale: test-ready
	$(PYTHON) .ci/catalogues.py

bundle: run-ready
	$(PYTHON) .ci/bundle.py --pythons "$(PYTHONS)"

backup: run-ready
	@$(PYTHON) -m geo backup --out "$(or $(FILE),backups/fronteras-$(shell date +%Y-%m-%d-%H%M%S).tar.zst)"

restore: run-ready
	@$(if $(FILE),,echo "fronteras: Name the backup: make restore FILE=backups/fronteras-....tar.zst" >&2; exit 2)
	@$(PYTHON) -m geo restore "$(FILE)" $(if $(REPLACE),--replace)

clean:
	rm -rf .venv node_modules build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
