# Two commands do everything: `make demo` and `make test`. Both set up first where needed.
.PHONY: help demo test check format soak bench

help: ## what can be made
	@grep -E '^[a-z]+:.*##' Makefile | sed 's/:.*##/  /'

demo: ## build the demo firm in .demo and serve it on http://127.0.0.1:8000
	@VITALFEW_HOME="$${VITALFEW_HOME:-$(CURDIR)/.demo}" ./vitalfew.sh demo

test: setup ## everything this machine can run; says what it left out and why
	@.venv/bin/python -m tests.run

check: setup ## ruff, mypy, the floors of the house, the documentation
	@.venv/bin/python -m tests.run --check-only

format: setup ## bring the code into the house's form
	@.venv/bin/ruff check --fix --quiet vitalfew tests benchmarks && .venv/bin/ruff format --quiet vitalfew tests benchmarks

soak: setup ## the long tests: writers at once and kill -9 on both databases, at full length (ROUNDS=bounded: few rounds)
	@.venv/bin/python -m tests.soak $(ROUNDS)

bench: ## the benchmarks of the documentation, with their peers (TABLES="lift level": some of them)
	@VITALFEW_LOCK=bench ./vitalfew.sh --set-up-only
	@.venv/bin/python -m benchmarks $(TABLES)

.PHONY: setup
setup:
	@VITALFEW_LOCK=test ./vitalfew.sh --set-up-only
