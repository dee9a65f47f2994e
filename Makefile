# The index of commands. Needs Python 3.11 or newer, git and make; nothing else.
#   make run              everything, at http://127.0.0.1:8000 (make run PORT=8001)
#   make test             every check and test (make test PYTEST_ARGS="-k import")

# An empty environment has no PATH; then the usual places count.
export PATH := $(or $(PATH),/usr/local/bin:/usr/bin:/bin)
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo "$$name" && break; done)
IN_VENV := .venv/bin/python
PYTEST_ARGS ?=
.DEFAULT_GOAL := help
unexport PYTHONHOME PYTHONPATH VIRTUAL_ENV PYTHON

.PHONY: help run test lint types format faults bench messages screenshots lock clean \
	environment environment-dev python

help:  ## show this list
	@grep -E '^[a-z-]+:.*##' Makefile | sed -e 's/:.*## /:/' \
		| awk -F: '{ printf "  make %-13s %s\n", $$1, $$2 }'

run: environment  ## start everything; Ctrl-C stops all of it (PORT=8000)
	@exec $(IN_VENV) manage.py up --tied

test: environment-dev  ## run every check and every test (PYTEST_ARGS=...)
	@$(IN_VENV) scripts/check.py all $(PYTEST_ARGS)

lint: environment-dev  ## check style of code and templates
	@$(IN_VENV) scripts/check.py lint

types: environment-dev  ## check types
	@$(IN_VENV) scripts/check.py types

format: environment-dev  ## put code and templates into shape
	@$(IN_VENV) scripts/check.py format

faults: environment-dev  ## the long fault test, 7,500 messages and 30 kills
	@FAULTS=long $(IN_VENV) -m pytest tests/faults $(PYTEST_ARGS)

bench: environment-dev  ## measure; writes bench/results.json and a table
	@$(IN_VENV) -m bench

messages: environment-dev  ## collect and compile the translations
	@$(IN_VENV) scripts/messages.py

screenshots: environment-dev  ## make the pictures of the README
	@$(IN_VENV) -m scripts.screenshots

lock: environment-dev  ## take up the newest allowed versions of all packages
	@$(IN_VENV) scripts/lock.py

clean:  ## remove the environment and caches; var/ (your data) stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

environment: python
	@"$(PYTHON)" scripts/environment.py runtime

environment-dev: python
	@"$(PYTHON)" scripts/environment.py dev

python:
	@"$(or $(PYTHON),false)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		2>/dev/null || { echo "Python 3.11 or newer is needed and was not found." \
		"Install it, or name it: make PYTHON=/path/to/python3 ..." >&2; exit 1; }
