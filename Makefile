# What this project offers, on Debian or Ubuntu with nothing installed but make. What else a command
# needs of the machine is brought by deploy/local/install; the environment is made from uv.lock at
# the first call, by a uv of its own under var/tools.

SHELL := /bin/bash
UV_VERSION := 0.13.9
UV := var/tools/bin/uv
RUN := $(UV) run --no-sync
TESTS ?=
UNASKED ?=
# Of `rabbitmq chromium clamd`: what tests are to do without, where it may not be installed.
WITHOUT ?=
# Three at a time, each with a broker and a database of its own: most of a test is waiting. A file
# stays together, since it shares what it sets up; the year, the longest, begins first. A worker that
# dies ends the run: its file would only be begun again.
SIDE_BY_SIDE ?= -n 3 --dist loadfile --no-loadscope-reorder --max-worker-restart 0

.PHONY: demo up test lint audit sbom bench chaos admissions docs assets environment
.PHONY: for-the-site for-pages for-tests

demo: for-the-site environment ## play the 2024-25 cohort through the real services
	@$(RUN) python -m nextstep_local demo

up: for-the-site environment ## the site on this machine until Ctrl-C
	@$(RUN) python -m nextstep_local up

test: for-tests environment ## every test, on a real broker, database, browser and scanner
	@$(RUN) python -m pytest $(SIDE_BY_SIDE) $(WITHOUT:%=--without=%) $(TESTS)

lint: environment ## format, rules, types, layers, and that what is generated is current
	$(RUN) ruff format --check
	$(RUN) ruff check
	$(RUN) mypy
	$(RUN) lint-imports
	$(RUN) python -m nextstep_contracts check
	$(RUN) python -m nextstep_web.assets check
	$(RUN) python -m notifications.emails.compile --check

# uv says 1 where it found something and 2 where it could not ask. Where api.osv.dev may not be
# reached, `make audit UNASKED=passes` says so and goes on.
audit: $(UV) ## what uv.lock names, held against the vulnerabilities that OSV knows
	@$(UV) audit --frozen --preview-features audit-command; said=$$?; \
	if [ $$said = 2 ] && [ "$(UNASKED)" = passes ]; then \
	  echo "NOT AUDITED: the list of known vulnerabilities could not be asked."; \
	else exit $$said; fi

sbom: $(UV) ## what each service is made of, as CycloneDX: var/sbom/<service>.cdx.json
	@mkdir -p var/sbom
	@for service in $(notdir $(wildcard services/*)); do \
	  $(UV) export --frozen --no-dev --package $$service --format cyclonedx1.5 \
	    --preview-features sbom-export --quiet --output-file var/sbom/$$service.cdx.json || exit; \
	done; ls var/sbom/*

bench: for-the-site environment ## measure intake and delivery beside their floors; writes docs/performance.md
	@$(RUN) python -m tests.bench

chaos: for-the-site environment ## break things while a cohort runs
	@$(RUN) python -m pytest tests/chaos

admissions: for-pages environment ## fill seventy places in Chromium, by the pages alone
	@$(RUN) python -m pytest -o faulthandler_timeout=3600 tests/cohort_by_pages

docs: environment ## write the event schemas, what is generated from them, and who may do what
	$(RUN) python -m nextstep_contracts export
	$(RUN) python -m nextstep_local.authorization

assets: ## rebuild the style sheet and scripts from npm (needs Node 20)
	cd shared/web && npm ci && npm run build

# Each at once and before the environment: who may not install anything reads one message.
for-the-site:
	@deploy/local/install python rabbitmq

for-pages:
	@deploy/local/install python rabbitmq chromium

for-tests:
	@deploy/local/install python $(filter-out $(WITHOUT),rabbitmq chromium clamd)

# uv leaves an environment alone that already is as uv.lock says: this takes a tenth of a second.
# Compiled once here: where Python may not write its caches, every program would compile its
# libraries anew at every start, for several seconds.
environment: export UV_COMPILE_BYTECODE = 1
# Trust what the machine trusts: hospitals and universities often inspect TLS with their own authority.
environment: export UV_SYSTEM_CERTS = 1
environment: $(UV)
	@$(UV) sync --frozen --all-packages --quiet

$(UV):
	@deploy/local/install python
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; python3 is $$(python3 --version 2>&1)." >&2; exit 1; }
	@echo "Fetching uv $(UV_VERSION) into var/tools."
	@python3 -m venv var/tools
	@var/tools/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@touch $(UV)
