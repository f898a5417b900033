# The program and nothing else: docker run --rm --network none -v "$PWD:/tree:ro" stakelint check /tree

FROM rust:1.88-alpine3.22 AS build
RUN apk add --no-cache musl-dev
WORKDIR /build
COPY . .
RUN cargo build --profile dist --locked && strip target/dist/stakelint

FROM scratch
COPY --from=build /build/target/dist/stakelint /stakelint
# Keys are often readable for their owner only: add --user "$(id -u)".
USER 65534:65534
WORKDIR /tree
ENTRYPOINT ["/stakelint"]
CMD ["check"]
