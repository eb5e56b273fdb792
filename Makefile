# make demo    set everything up in .venv and run the whole path on the bundled sample site
# make test    set everything up in .venv and run the tests (under 5 minutes; skips what needs a server or a browser)
# make check   formatting, lint, strict types, import layers
# make peers   set up .venv-peers, where benchmarks/extraction.py can measure other extractors beside ours
# make lock    pin the dependencies of pyproject.toml anew, with hashes

.PHONY: demo test test-all check format peers lock clean

# The first Python on the machine that is new enough; `make PYTHON=... demo` names another.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python3.14; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
UV := $(BIN)/python -m uv --quiet
LOCK := $(UV) pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	--no-emit-index-url --no-emit-find-links
# A worker takes a row of tests, so that what a module needs is made by one of them only.
BOTH_CORES := -n 2 --dist worksteal

# Where PYTHONDONTWRITEBYTECODE is set, as in many containers, each of the many processes of a demo or a test run would
# compile all of its libraries anew, which is half of what it does. The compiled files go where `make clean` finds them.
unexport PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX := $(CURDIR)/.venv/bytecode

demo: .venv/runtime.stamp
	@$(BIN)/newsarchive demo

test: .venv/dev.stamp
	@$(BIN)/python -m pytest -q $(BOTH_CORES)

test-all: .venv/dev.stamp
	@$(BIN)/python -m pytest -q $(BOTH_CORES) -m ""

check: .venv/dev.stamp
	@$(BIN)/ruff format --check --quiet . || { echo "run: make format"; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo > .venv/lint-imports.log || { cat .venv/lint-imports.log; exit 1; }
	@echo "formatting, lint, types and import layers are in order"

format: .venv/dev.stamp
	@$(BIN)/ruff format --quiet . && $(BIN)/ruff check --quiet --fix .

lock: .venv/uv.stamp
	@echo uv | $(LOCK) - -o requirements-uv.lock
	@$(LOCK) \
		--group dev --all-extras pyproject.toml -o requirements-dev.lock
	@$(LOCK) \
		--extra build --extra postgresql -c requirements-dev.lock pyproject.toml -o requirements.lock
	@$(LOCK) \
		--group peers --extra build pyproject.toml -o requirements-peers.lock

peers: .venv-peers/peers.stamp

clean:
	rm -rf .venv .venv-peers build dist

.venv/uv.stamp: requirements-uv.lock
	@test -n "$(PYTHON)" || { echo "newsarchive needs Python 3.11 or newer; none found. Name one: make PYTHON=/path/to/python3.12 demo" >&2; exit 1; }
	@echo "setting up .venv (a minute at most; once)" >&2
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { echo "$(PYTHON) cannot make a virtual environment; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@$(BIN)/python -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements-uv.lock 2> .venv/pip.log || { cat .venv/pip.log >&2; exit 1; }
	@touch $@

.venv/runtime.stamp: .venv/uv.stamp requirements.lock pyproject.toml
	@$(UV) pip install --require-hashes -r requirements.lock
	@$(UV) pip install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev.stamp: .venv/runtime.stamp requirements-dev.lock
	@$(UV) pip install --require-hashes -r requirements-dev.lock
	@touch $@

# No --deps: the lock is complete, and holds a cssselect that readability-lxml's own metadata does not allow.
.venv-peers/peers.stamp: .venv/uv.stamp requirements-peers.lock pyproject.toml
	@$(UV) venv --clear --python $(BIN)/python .venv-peers
	@$(UV) pip install --python .venv-peers/bin/python --no-deps --require-hashes -r requirements-peers.lock
	@$(UV) pip install --python .venv-peers/bin/python --no-deps --no-build-isolation --editable .
	@touch $@
