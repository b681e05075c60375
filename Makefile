# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

# `make` lists the targets. Everything works with Python and make alone: Python packages go into $(VENV), and the few programs that tests
# drive (a browser, a proxy) are looked for by tools/prepare.py before the first test.

PYTHON ?= python3
VENV ?= .venv
# Arguments for the tool behind one part: make test-units ARGS='-k account -x'; make test-sanity ARGS='--test pep8'
ARGS ?=
# The variables of the account for make onboard
VARS ?=
# Processes of pytest
WORKERS ?= auto

PARTS := lint sanity units sandbox integration robustness awx e2e build docs

BIN := $(abspath $(VENV))/bin
PY := $(BIN)/python
STAMP := $(VENV)/.stamp
TOOLS := tools
# A clean copy of the collection, for tools that walk the tree or insist on the path
COPIES := $(CURDIR)/.cache
TREE := $(COPIES)/ansible_collections/cyclr/ipaas
# Another one without action plugins, for ansible-lint
MODULES_ONLY := $(COPIES)/modules-only
PYTEST := $(PY) -m pytest -n $(WORKERS) --maxprocesses 8
in_copy = @echo '-- $(2)'; cd $(1)/ansible_collections/cyclr/ipaas && PATH="$(BIN):$$PATH" ANSIBLE_COLLECTIONS_PATH="$(1)" $(2)

.DEFAULT_GOAL := help
.PHONY: help venv lock onboard sandbox test test-matrix test-all test-bare $(PARTS:%=test-%) prepare lint docs pages pictures bench changelog clean tree

# It lists the targets with a comment of two number signs. Those with an exclamation mark come last, just above the prompt.
help:
	@awk 'BEGIN {FS = ":[^#]*##!? "} /^[a-z0-9-]+:.*##!? / {line = sprintf("  %-16s %s\n", $$1, $$2); \
	    if ($$0 ~ /##! /) main = main line; else printf "%s", line} \
	    END {printf "\n%s", main}' $(MAKEFILE_LIST)

onboard: $(STAMP) ##! Onboard an account: in the sandbox, or in your Cyclr
	@PYTHONPATH=tests/sandbox $(PY) $(TOOLS)/onboard/onboard.py --collections $(VENV) --vars "$(VARS)"

sandbox: $(STAMP) ##! Run the sandbox until Ctrl-C (ARGS='--port 8001')
	@PYTHONPATH=tests/sandbox $(PY) $(TOOLS)/sandbox.py $(ARGS)

# What the parts need and a machine may lack is installed, or named with the command that installs it.
prepare:
	@$(PYTHON) $(TOOLS)/prepare.py $(PARTS)

prepare-%:
	@$(PYTHON) $(TOOLS)/prepare.py $*

test: prepare ##! All tests, part by part; stops at the first part that fails
	@mkdir -p $(COPIES); export CYCLR_TESTS_SKIPPED=$(COPIES)/skipped; : > "$$CYCLR_TESTS_SKIPPED"; \
	passed=''; for part in $(PARTS); do \
	    printf '\n==== test-%s ====\n' "$$part"; began=$$(date +%s); \
	    $(MAKE) --no-print-directory "test-$$part" || { \
	        printf '\n==== test-%s FAILED; passed before it:%s ====\n' "$$part" "$${passed:- none}" >&2; exit 1; }; \
	    passed="$$passed $$part ($$(($$(date +%s) - began)) s)"; \
	done; printf '\n==== all parts passed:%s ====\n' "$$passed"; \
	if [ -s "$$CYCLR_TESTS_SKIPPED" ]; then echo 'Skipped on this machine:'; cat "$$CYCLR_TESTS_SKIPPED"; fi

test-lint: prepare-lint tree ## Documentation, playbooks, YAML, licences, changelog
	@echo '-- metadata'
	@$(PY) $(TOOLS)/check_meta.py
	$(call in_copy,$(COPIES),yamllint --strict .)
	$(call in_copy,$(COPIES),reuse lint --lines)
	$(call in_copy,$(COPIES),antsibull-changelog lint)
	$(call in_copy,$(COPIES),nox --no-venv --session extra-checks)
	$(call in_copy,$(COPIES),antsibull-docs lint-collection-docs --plugin-docs --skip-rstcheck --validate-collection-refs self --check-extra-docs-refs .)
	@$(PY) $(TOOLS)/copy_tree.py $(MODULES_ONLY)/ansible_collections/cyclr/ipaas --modules-only
	$(call in_copy,$(MODULES_ONLY),ansible-lint --offline --strict --project-dir .)
	$(call in_copy,$(MODULES_ONLY),ansible-lint --offline --strict --project-dir . examples/*.yml)

test-sanity: prepare-sanity tree ## ansible-test sanity with the virtual environment's core
	@$(PY) $(TOOLS)/sanity.py $(TREE) $(ARGS)

test-units: $(STAMP) ## Unit tests
	$(PYTEST) tests/unit $(ARGS)

test-sandbox: $(STAMP) ## The sandbox's own tests
	$(PYTEST) tests/sandbox/tests $(ARGS)

test-integration: $(STAMP) ## ansible-playbook against the sandbox
	$(PYTEST) tests/integration $(ARGS)

test-robustness: prepare-robustness $(STAMP) ## Bad networks, hostile answers, secrets
	$(PYTEST) tests/robustness $(ARGS)

test-e2e: prepare-e2e $(STAMP) ## Consent, customer page and fleet report in a browser
	$(PYTEST) --dist loadgroup tests/e2e $(ARGS)

pictures: prepare-e2e $(STAMP) ## Take the pictures of the guides again
	@rm -rf $(COPIES)/pictures
	CYCLR_TESTS_PICTURES=$(COPIES)/pictures $(PYTEST) --dist loadgroup tests/e2e
	@rm -rf docs/docsite/images && mkdir -p docs/docsite/images && cp $(COPIES)/pictures/*.png docs/docsite/images

pages: $(STAMP) ## Write the pages of the playbooks again
	@$(PY) $(TOOLS)/playbook_pages.py

test-awx: $(STAMP) ## AWX: configuration, execution environment, jobs
	$(PYTEST) tests/awx $(ARGS)

test-build: prepare-build tree ## Build, install and import the tarball
	@$(PY) $(TOOLS)/check_build.py $(TREE) $(COPIES)/build

test-docs: docs ## Build the documentation, without a warning

test-matrix: prepare-matrix $(STAMP) ## Tests on every supported ansible-core
	@$(BIN)/nox --tags matrix -- $(ARGS)

test-all: test test-matrix ## make test and make test-matrix

test-bare: ## make onboard and make test in a bare Debian (as root)
	@$(PYTHON) $(TOOLS)/bare.py $(COPIES)/bare $(ARGS)

lint: test-lint

docs: prepare-docs tree ##! Build the documentation: docs/_build/html/index.html
	@rm -rf docs/_build && mkdir -m 755 -p docs/_build/rst
	$(call in_copy,$(COPIES),antsibull-docs --config-file docs/antsibull-docs.cfg collection --use-current --squash-hierarchy --fail-on-error --dest-dir $(CURDIR)/docs/_build/rst cyclr.ipaas)
	@cp -R docs/docsite/images docs/_build/rst/images
	@$(BIN)/sphinx-build -q -W --keep-going -j auto -c docs docs/_build/rst docs/_build/html
	@$(PY) $(TOOLS)/check_site.py docs/_build/html
	@echo 'The site is in docs/_build/html/index.html'

bench: $(STAMP) ## Run the benchmark (ARGS=--help lists its parts)
	@PYTHONPATH=tests/sandbox:$(TOOLS) $(PY) tests/bench/bench.py --collections $(VENV) $(ARGS)

venv: $(STAMP) ## Build .venv from tests/requirements.txt if that changed

$(STAMP): tests/requirements.txt
	@$(PYTHON) $(TOOLS)/prepare.py venv
	@$(PYTHON) $(TOOLS)/make_venv.py $(VENV) tests/requirements.txt

tree: $(STAMP)
	@$(PY) $(TOOLS)/copy_tree.py $(TREE)

lock: ## Resolve tests/requirements.in, newest releases
	@$(PYTHON) $(TOOLS)/lock.py .cache/uv

changelog: $(STAMP) ## Turn the fragments into CHANGELOG.md
	@PATH="$(BIN):$$PATH" antsibull-changelog release --update-existing $(ARGS)
	@$(PY) $(TOOLS)/surface.py $(VENV)

clean: ## Remove everything that make has made
	rm -rf .cache .ansible .pytest_cache .hypothesis .nox tests/output docs/_build $(VENV)
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
