# diandan with both databases. Build: docker build -t diandan .
# Cargo.toml asks for this version of Rust at least.
FROM rust:1.95-bookworm AS tools
RUN apt-get update \
 && apt-get install -y --no-install-recommends libpq-dev \
 && rm -rf /var/lib/apt/lists/*
RUN cargo install --locked cargo-chef@0.1.78
WORKDIR /src

# What is to be built beside our own code: a layer that stays for as long as Cargo.lock does.
FROM tools AS plan
COPY . .
RUN cargo chef prepare --recipe-path recipe.json

FROM tools AS builder
COPY --from=plan /src/recipe.json recipe.json
RUN cargo chef cook --profile image --locked --package diandan --features postgres --recipe-path recipe.json
COPY . .
# Without debug information, with the names that a backtrace shows.
RUN cargo build --profile image --locked --package diandan --features postgres \
 && strip --strip-debug target/image/diandan

FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates libpq5 \
 && rm -rf /var/lib/apt/lists/* \
 && groupadd --gid 10001 diandan \
 && useradd --uid 10001 --gid diandan --no-create-home --home-dir /data --shell /usr/sbin/nologin diandan \
 && install --directory --owner=diandan --group=diandan --mode=0750 /data
COPY --from=builder /src/target/image/diandan /usr/local/bin/diandan

# Inside a container the loopback address would reach nobody.
ENV DIANDAN_BIND=0.0.0.0:8080 \
    DIANDAN_MANAGEMENT_BIND=0.0.0.0:9090 \
    DIANDAN_DATA_DIR=/data

# Numeric, so that an orchestrator can see that it is not root.
USER 10001:10001
WORKDIR /data
# The embedded database, photos and backups.
VOLUME ["/data"]
# 8080: the API. 9090: health, metrics, version; not for the public.
EXPOSE 8080 9090
STOPSIGNAL SIGTERM
# The image has no curl: the binary asks its own management address.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["/usr/local/bin/diandan", "healthcheck"]
ENTRYPOINT ["/usr/local/bin/diandan"]
CMD ["serve"]
