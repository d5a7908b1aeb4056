# All set-up is done by the targets themselves; CONTRIBUTING.md tells what each needs: most a JDK 25, Node 20.19+, make and curl.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup build processes quick snapshots test test-java test-web soak e2e screenshots system chaos copies demo migrate interop schemathesis bench fmt lint lint-deploy clean

export JAVA_HOME := $(shell tools/find-jdk)
MVN := tools/mvn -B -ntp -T 1C
DIST := dist/trine
SOURCES := $(shell find . \( -name target -o -name node_modules -o -path ./dist -o -path ./build \) -prune -o \( -path '*/src/main/*' -o -name pom.xml \) -type f -print)
# everything Java is compiled and packaged, by whichever target came to need it first
PACKAGED := launcher/target/.packaged
PYTHON ?= $(if $(wildcard build/python/bin/python),$(CURDIR)/build/python/bin/python,python3)

help: ## Shows this list
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-11s %s\n", $$1, $$2}'

setup: ## Installs the git hooks
	git config core.hooksPath tools/hooks

build: dist ## Builds everything into dist/trine
	@echo "built: $(DIST)/bin/trine up"

.PHONY: dist
dist: dist/.built

$(PACKAGED): $(SOURCES)
	$(MVN) -q -DskipTests package
	touch $@

dist/.built: $(PACKAGED) web/dist/index.html bin/trine tools/aot-cache
	rm -rf $(DIST) && mkdir -p $(DIST)/bin
	cp -r launcher/target/lib $(DIST)/lib
	cp launcher/target/trine-launcher-*.jar $(DIST)/lib/
	cp bin/trine $(DIST)/bin/
	cp -r web/dist $(DIST)/web
	tools/aot-cache $(DIST)
	touch $@

web/node_modules/.installed: web/package-lock.json
	cd web && npm ci --no-audit --no-fund --loglevel=error
	touch $@

web/dist/index.html: web/node_modules/.installed $(shell find web/src web/public web/index.html web/vite.config.ts -type f 2>/dev/null)
	cd web && npm run --silent build

processes: ## Builds dist/processes: control-plane, gateway and model-server alone, as their images hold them
	$(MVN) -q -DskipTests package dependency:copy-dependencies -DincludeScope=runtime -pl launcher,gateway,model-server -am
	tools/processes

quick: ## Compiles and tests what changed since the last commit
	tools/quick

test: test-java test-web ## All unit and embedded-engine tests, Java and web

test-java: $(PACKAGED)
	tools/test-java
	$(MVN) -q -DskipTests verify

test-web: web/node_modules/.installed
	cd web && npm run --silent check:api && npm run --silent typecheck && npm run --silent lint && npm run --silent test

soak: web/node_modules/.installed ## The same again and again on a machine kept busy (TIMES=5); lists every test that failed once
	tools/soak $(or $(TIMES),5)

e2e: dist ## The main job's UI part in a real browser, with pictures in web/test-results/pictures
	tools/e2e

screenshots: e2e ## The same, and copies the pictures into docs/images
	cp web/test-results/pictures/*.png docs/images/

system: dist ## Tests of the built distribution as a user meets it: every command, every crash
	$(MVN) -q test -pl testing/system -Dsystem.skip=false

chaos: dist ## Kills and freezes all that a platform consists of for ten minutes while work flows, and counts what is lost
	$(MVN) -q test -pl testing/system -Dsystem.skip=false -Dtest=ChaosST -Dtrine.chaos.seconds=$(or $(SECONDS),600) -Dtrine.chaos.jobs=500

copies: dist ## Kills one of two control planes on one database again and again, and counts what 200 jobs come to
	$(MVN) -q test -pl testing/system -Dsystem.skip=false -Dtest=CopiesST -Dtrine.copies.jobs=200

demo: dist ## Runs the main job, from a dataset to answers over HTTP (DEMO_EXIT=1 to stop at the end)
	$(if $(findstring /,$(PYTHON)),PATH="$(dir $(PYTHON)):$$PATH") $(DIST)/bin/trine demo --home build/demo-home --port $(or $(DEMO_PORT),8080) --examples examples/digits --allow-unsandboxed --python "$(PYTHON)" $(if $(DEMO_EXIT),--exit)

interop: dist ## Runs standard clients against the platform (installs them into build/python)
	tools/interop

schemathesis: dist ## Asks a platform what its API description allows, and what it does not (needs Python 3.10+)
	tools/schemathesis

bench: dist ## Measures the distribution (WHAT="platform inference gateway tracking"; gateway needs wrk and nginx, tracking a Python with mlflow and psycopg2 as TRINE_BENCH_MLFLOW)
	"$(JAVA_HOME)/bin/java" -cp "bench/target/trine-bench-0.1.0-SNAPSHOT.jar:$(DIST)/lib/*" dev.trine.bench.Bench $(DIST) "$(or $(WHAT),platform inference gateway tracking)"

snapshots: web/node_modules/.installed ## Writes anew what is made from the code: API document and client, schema, settings, diagram
	TRINE_UPDATE_SNAPSHOTS=1 $(MVN) -q test -pl launcher -am -Dtest='PlatformTest#theApi*,MigrationsTest,ModulesTest,ConfigurationTest' -Dsurefire.failIfNoSpecifiedTests=false
	cd web && npm run --silent generate:api

migrate: dist ## Applies the migrations to the database at TRINE_DATABASE_URL
	"$(JAVA_HOME)/bin/java" -cp "$(DIST)/lib/*" dev.trine.Migrate

fmt: web/node_modules/.installed ## Formats Java and web sources
	$(MVN) -q spotless:apply
	cd web && npm run --silent format

lint-deploy: ## Checks Dockerfile, compose.yaml and workflows, with what of hadolint, docker compose and Go is here
	tools/lint-deploy

lint: web/node_modules/.installed ## Checks formatting, style and types
	$(MVN) -q spotless:check
	cd web && npm run --silent typecheck && npm run --silent lint

clean: ## Removes everything built
	$(MVN) -q clean
	rm -rf dist build web/dist
