# `make run` is all that a newcomer needs: set-up, build, server.

override export PARLEY_HOME := $(patsubst ~/%,$(HOME)/%,$(or $(PARLEY_HOME),$(or $(XDG_CACHE_HOME),~/.cache)/parley))
export PKG_CONFIG_PATH := $(PARLEY_HOME)/native/lib/pkgconfig$(addprefix :,$(PKG_CONFIG_PATH))

PYTHON ?= python3
# One configuration for everything, so that nothing is built twice.
SWIFT_FLAGS := -c release -Xswiftc -enable-testing
SOURCES := Sources Tests Package.swift

.NOTPARALLEL:
.DEFAULT_GOAL := help
.PHONY: help setup setup-tests build run test lint format clean swift

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

setup: ## Install what is needed: Debian packages, engines, models (into PARLEY_HOME)
	@$(PYTHON) setup/setup.py

setup-tests:
	@$(PYTHON) setup/setup.py --tests

swift:
	@command -v swift >/dev/null || { echo "Swift is not installed, or not on the PATH: Parley needs Swift 6.3 (see https://www.swift.org/install/linux/)" >&2; exit 1; }

build: swift setup ## Build Parley
	swift build $(SWIFT_FLAGS)

run: build ## Start the server (PARLEY_PORT changes the port from 8000)
	@exec .build/release/parley serve

test: swift setup-tests lint ## Build, lint and run every test
	$(PYTHON) -m unittest discover -s setup/tests
	# What the pages compute, without a browser.
	node --test $$(find Tests/web -name '*.test.mjs')
	swift build $(SWIFT_FLAGS) --build-tests
	# One test at a time: those of the engines take every core, and others wait for sockets with a limit.
	swift test $(SWIFT_FLAGS) --skip-build --no-parallel
	# Every route's answers, parsed strictly with the models of the official SDK.
	$(PARLEY_HOME)/venv/bin/python -m unittest discover -s Tests/sdk

lint: swift ## Check the formatting
	swift format lint --strict --recursive $(SOURCES)

format: swift ## Format the sources
	swift format --in-place --recursive $(SOURCES)

clean: ## Remove what was built (PARLEY_HOME stays)
	swift package clean
