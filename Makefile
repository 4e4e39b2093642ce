# The project's commands; `make help` lists them. They need a Python from 3.11 to 3.13 and nothing else: uv and
# aws-sam-cli come from the package registry, each into a place of its own below this folder.
SHELL := /bin/bash -euo pipefail
.DEFAULT_GOAL := help
PYTHON ?= $(firstword $(foreach python,python3 python3.13 python3.12 python3.11,\
	$(shell $(python) -c 'import sys; (3, 11) <= sys.version_info < (3, 14) and print("$(python)")' 2>/dev/null)))
UV_VERSION := 0.13.9
ARCH ?= x86_64
ARGS ?=
SEEDS ?= 2000
MUTANTS ?=

UV := .tools/uv/bin/uv
IN_VENV := .venv/bin/
SAM := tools/sam/.venv/bin/sam
PROTO_ROOT := layers/signing
PROTOS = $(shell cd $(PROTO_ROOT) && find slipway_signing -name '*.proto')
SOURCES = $(wildcard layers functions sandbox tests bench tools)

# uv would look for other Pythons on a host that is not a registry; sam would report home.
export UV_PYTHON_DOWNLOADS := never
export SAM_CLI_TELEMETRY := 0
export ARCH
# Without compiled files every run compiles its imports again, which triples a start.
unexport PYTHONDONTWRITEBYTECODE
# Settings of a developer's shell must not steer a build or a test.
unexport PYTHONPATH
unexport VIRTUAL_ENV

.PHONY: help up demo test simulate check lint format types template openapi proto proto-check build sam-local clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

up: .venv/.synced ## start the sandbox: Akash and AWS in one process (ARGS="--port 8080 --data .slipway")
	@exec $(IN_VENV)python -m sandbox up $(ARGS)

demo: .venv/.synced ## deploy examples/ through the API of a sandbox of its own, and close them again
	@exec $(IN_VENV)python -m sandbox demo $(ARGS)

test: .venv/.synced ## run every test (ARGS="-k deposit" picks)
	$(IN_VENV)pytest -n auto --dist loadfile $(ARGS)

simulate: .venv/.synced ## the signer under faults (SEEDS=2000; MUTANTS=1: and find every planted bug)
	$(IN_VENV)python -m tests.simulation --seeds $(SEEDS) $(if $(MUTANTS),--mutants) $(ARGS)

check: lint types template proto-check test ## all that CI asks

lint: .venv/.synced ## ruff: rules and format
	$(IN_VENV)ruff check $(SOURCES)
	$(IN_VENV)ruff format --check $(SOURCES)

format: .venv/.synced ## let ruff mend what it can
	$(IN_VENV)ruff check --fix $(SOURCES)
	$(IN_VENV)ruff format $(SOURCES)

types: .venv/.synced ## mypy, strict
	$(IN_VENV)mypy $(SOURCES)

template: tools/sam/.venv/.synced ## validate and lint template.yaml
	$(SAM) validate --lint
	tools/sam/.venv/bin/cfn-lint template.yaml

openapi: .venv/.synced ## write functions/documentation/openapi.json; a test holds it against what is declared
	$(IN_VENV)python -m tools.openapi

proto: .venv/.synced ## compile the Akash messages into committed Python
	cd $(PROTO_ROOT) && ../../$(IN_VENV)python -m grpc_tools.protoc -I . -I include \
		--python_out=. --pyi_out=. $(PROTOS)

proto-check: .venv/.synced ## the committed Python is what the messages compile to
	@fresh=$$(mktemp -d) && trap 'rm -rf "$$fresh"' EXIT && cd $(PROTO_ROOT) && \
	../../$(IN_VENV)python -m grpc_tools.protoc -I . -I include \
		--python_out="$$fresh" --pyi_out="$$fresh" $(PROTOS) && \
	for made in $$(cd "$$fresh" && find . -type f); do \
		cmp "$$fresh/$$made" "$$made" || { echo "Run: make proto" >&2; exit 1; }; \
	done

build: $(UV) tools/sam/.venv/.synced ## sam build: layers and functions for Lambda (ARCH=arm64 for Graviton)
	$(SAM) build --parameter-overrides Architecture=$(ARCH)
	@du -sm .aws-sam/build/*Layer | awk '{sum += $$1} END {print sum " MB unzipped in both layers; Lambda takes 250"}'

sam-local: build ## the same functions under `sam local start-api`: needs Docker (ARGS="--port 3001")
	@exec $(IN_VENV)python -m tools.sam_local $(ARGS)

clean: ## remove what was built; environments stay
	rm -rf .aws-sam build .pytest_cache .mypy_cache .ruff_cache

$(UV):
	@test -n "$(PYTHON)" || { echo "Slipway needs Python 3.11, 3.12 or 3.13; name one: make PYTHON=..." >&2; exit 1; }
	$(PYTHON) -m venv .tools/uv
	.tools/uv/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

.venv/.synced: pyproject.toml uv.lock | $(UV)
	$(UV) sync --quiet --frozen --all-extras --python $(PYTHON)
	@touch $@

tools/sam/.venv/.synced: tools/sam/pyproject.toml tools/sam/uv.lock | $(UV)
	$(UV) sync --quiet --frozen --project tools/sam --python $(PYTHON)
	@touch $@
