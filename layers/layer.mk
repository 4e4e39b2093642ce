# The recipe both layers share: pinned wheels for Lambda's Python, our package, everything compiled.
# Included by layers/*/Makefile, which set LAYER (logical id), PACKAGE (ours), EXPORT (what of uv.lock to take).
SHELL := /bin/bash -euo pipefail
ROOT := $(abspath $(HERE)/../..)
UV := $(or $(wildcard $(ROOT)/.tools/uv/bin/uv),uv)
ARCH ?= x86_64
PYTHON_VERSION := 3.13
MACHINE := $(if $(filter arm64,$(ARCH)),aarch64,x86_64)
WHEELS := --python-version $(PYTHON_VERSION) --python-platform $(MACHINE)-manylinux_2_28
# Compiled files fit only the Python that made them. A pyenv shim on PATH may have nothing behind it: run each.
PYENV := $(or $(PYENV_ROOT),$(HOME)/.pyenv)
CANDIDATES := python$(PYTHON_VERSION) $(wildcard $(PYENV)/versions/$(PYTHON_VERSION).*/bin/python3)
COMPILER := $(firstword $(foreach python,$(CANDIDATES),\
	$(shell $(python) -c 'print("$(python)")' 2>/dev/null)))
EXPORTED := $(UV) export --quiet --frozen --project $(ROOT) --no-dev --no-emit-project
export UV_PYTHON_DOWNLOADS := never

build-$(LAYER):
	$(EXPORTED) $(EXPORT) --output-file "$(ARTIFACTS_DIR)/requirements.txt" >/dev/null
	$(UV) pip install --quiet --no-deps --require-hashes --only-binary :all: $(WHEELS) \
		--target "$(ARTIFACTS_DIR)/python" --requirements "$(ARTIFACTS_DIR)/requirements.txt"
	rm -rf "$(ARTIFACTS_DIR)/python/bin" "$(ARTIFACTS_DIR)/python/.lock"
	cd $(HERE) && find $(PACKAGE) -name '*.py' \
		-exec cp --parents --target-directory="$(ARTIFACTS_DIR)/python" {} +
ifeq ($(COMPILER),)
	@echo "No Python $(PYTHON_VERSION) found: $(LAYER) ships sources only; every cold start compiles them."
else
	env -u PYTHONDONTWRITEBYTECODE $(COMPILER) -m compileall -q -j2 --invalidation-mode unchecked-hash \
		-s "$(ARTIFACTS_DIR)/python" -p /opt/python "$(ARTIFACTS_DIR)/python"
endif
	@echo "$(LAYER): $$(du -sm "$(ARTIFACTS_DIR)" | cut -f1) MB unzipped"
