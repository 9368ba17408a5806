# Two commands do everything: `make demo` and `make test`. Both set up what they need first.

BIN := target/release/standpunt
DEMO := out/demo

.PHONY: demo test build setup lint clean-demo

setup:  ## libtorch, once per user; writes .cargo/config.toml
	@command -v cargo >/dev/null || { echo "Rust is missing: install it from rustup.rs"; exit 1; }
	@python3 scripts/libtorch.py >/dev/null

build: setup
	cargo build --release --locked

demo: build clean-demo  ## analyse the sample corpus with the embedded model
	$(BIN) run data/sample --out $(DEMO)

clean-demo:
	rm -rf $(DEMO)

test: setup  ## all tests
	cargo test --release --locked

lint: setup
	cargo fmt --check
	cargo clippy --release --locked --all-targets -- -D warnings
