# The few commands a newcomer needs; CMakePresets.json is the build manual.
.DEFAULT_GOAL := build
.PHONY: run test deps build bench format lint clean

SHELL := /bin/bash
SOURCES = $(shell git ls-files -co --exclude-standard '*.cpp' '*.h')

run: build ## answer the question that this project started with
	@build/release/warchest run examples/openai-2024.chest

test: ## the whole suite
	@tools/setup.sh build test
	@tools/test.sh

deps: ## install what building and testing need
	@tools/setup.sh build test

build: ## the program, at build/release/warchest
	@tools/setup.sh build
	@tools/build.sh release warchest_cli

bench: ## measure against the yardsticks
	@tools/setup.sh build bench
	@bench/run.sh

format: ## rewrite the sources in the project's layout
	@tools/setup.sh lint
	@clang-format -i $(SOURCES)

lint: ## layout and clang-tidy
	@tools/setup.sh build test lint
	@clang-format --dry-run --Werror $(SOURCES)
	@tools/build.sh tidy all

clean:
	@rm -rf build
