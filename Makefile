# Atlas des CPTS. `make run` serves the application, `make vite` checks what needs no page, `make test` checks everything.
PORT ?= 8501
ADRESSE ?= localhost
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
export CHROMIUM
# The browser is fetched while the libraries are installed.
MAKEFLAGS += --jobs=2

.PHONY: run test vite lint bench data lock clean

run: $(VENV)/.installe
	@$(PY) -m ui.demarrage --port $(PORT) --adresse $(ADRESSE)

test: lint tests/navigateur/.chromium tests/.services
	@$(PY) -m ui.demarrage --preparer
	$(PY) -m pytest -n logical

# What needs no page and no browser: to run while one works.
vite: $(VENV)/.installe-dev
	@$(PY) -m ui.demarrage --preparer
	$(PY) -m pytest -n logical tests/geo tests/importation tests/rendu geo rendu ui

lint: $(VENV)/.installe-dev
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports --no-logo

bench: $(VENV)/.installe-dev tests/navigateur/.chromium tests/.services
	@$(PY) -m ui.demarrage --preparer
	$(PY) -m bench

data: $(VENV)/.installe
	$(PY) -m geo.build

# Renews the locks from the direct dependencies. The result works on every platform and from Python 3.11 on.
lock: $(VENV)/.installe-dev
	$(VENV)/bin/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
		--no-header --output-file requirements.lock requirements.txt
	$(VENV)/bin/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
		--no-header --constraint requirements.lock --output-file requirements-dev.lock requirements-dev.txt

clean:
	rm -rf $(VENV) var/paquets static/leaflet static/couches tests/navigateur/.chromium tests/.services tests/navigateur/echecs \
		.pytest_cache .ruff_cache .mypy_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Il faut Python 3.11 ou plus récent (ici : $$($(PYTHON) --version 2>&1)). Indiquez-le ainsi : make run PYTHON=python3.12"; exit 1; }
	@echo "Création de l'environnement $(VENV)…"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installe: requirements.lock | $(VENV)/bin/python
	@echo "Installation des bibliothèques (une minute ou deux la première fois)…"
	@$(PY) -m pip install --quiet --no-compile --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.installe-dev: requirements-dev.lock $(VENV)/.installe
	@echo "Installation des outils de développement…"
	@$(PY) -m pip install --quiet --no-compile --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

# The browser tests drive Debian's Chromium; CHROMIUM=/path names another one.
tests/navigateur/.chromium:
	@if [ -n "$$CHROMIUM" ] || command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null; then :; \
	elif command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
		echo "Installation de Chromium…"; apt-get update -qq && apt-get install -y -qq chromium >/dev/null; \
	else \
		echo "Les tests de navigateur demandent Chromium. Installez-le (Debian, Ubuntu : sudo apt install chromium)" ; \
		echo "ou indiquez son chemin : make test CHROMIUM=/chemin/vers/chromium"; exit 1; fi
	@touch $@

# The tests of the region's server start Debian's nginx and PostgreSQL themselves, each in a folder of its own.
tests/.services: tests/navigateur/.chromium
	@if [ -x /usr/sbin/nginx ] && command -v openssl >/dev/null && ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then :; \
	elif command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
		echo "Installation de nginx et de PostgreSQL…"; apt-get update -qq && \
		DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends nginx-light openssl postgresql systemd >/dev/null; \
	else \
		echo "Les tests du serveur de région demandent nginx, PostgreSQL et openssl. Installez-les (Debian, Ubuntu :" ; \
		echo "sudo apt install nginx-light openssl postgresql)"; exit 1; fi
	@touch $@
