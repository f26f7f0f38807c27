# make demo   plan the sample data and check the plan
# make test   run the tests
# make fuzz   10,000 small random problems: every plan and every reason checked again
# make check  format, lint, types, import contract, tests, notebooks: what CI runs
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
EXTRAS = dev

.PHONY: demo test check format lint types imports notebooks bench fuzz clean

demo: $(VENV)/core.stamp
	$(BIN)/visitroute demo -o out/demo
	$(BIN)/visitroute check data/helsinki/visitroute.toml out/demo/routes.geojson

test: $(VENV)/dev.stamp
	$(BIN)/python -m pytest -n auto -q

check: lint types imports test notebooks

format: $(VENV)/dev.stamp
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lint: $(VENV)/dev.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/dev.stamp
	$(BIN)/mypy

imports: $(VENV)/dev.stamp
	$(BIN)/lint-imports

notebooks: $(VENV)/dev.stamp
	$(BIN)/python notebooks/run.py

fuzz: $(VENV)/dev.stamp
	PYTHONPATH=tests $(BIN)/python tests/fuzz.py

bench: $(VENV)/dev.stamp
	$(BIN)/python -m benchmarks.stages

# The environment: what running needs, and on top what developing needs.
$(VENV)/core.stamp: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	touch $@

$(VENV)/dev.stamp: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[$(EXTRAS)]'
	touch $@ $(VENV)/core.stamp

clean:
	rm -rf $(VENV) out build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis data/helsinki/*.visitroute-cache
