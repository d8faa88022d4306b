# Simulated clusters, for those who have none at hand. The context is the repository.
FROM golang:1.26-alpine AS build

WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -buildvcs=false -o /simulate ./internal/tools/simulate \
    && mkdir /clusters

# A shell's `test` is what the health check needs.
FROM busybox:1.37

COPY --from=build /simulate /bin/simulate
# A new volume takes its owner from here: the exporter runs as this user too, and reads what is written.
COPY --from=build --chown=65534:65534 /clusters /clusters
USER 65534:65534
VOLUME /clusters
ENTRYPOINT ["/bin/simulate", "-dir=/clusters"]
