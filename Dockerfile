# The compiler runs on the machine that builds and compiles for the platform asked for, so no emulation is needed.
FROM --platform=$BUILDPLATFORM golang:1.26-alpine AS build

WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .

# Empty VERSION: the file VERSION. The others are what `--version` shows besides it.
ARG VERSION=""
ARG REVISION=""
ARG BRANCH=""
ARG BUILD_USER=""
ARG BUILD_DATE=""
ARG TARGETOS
ARG TARGETARCH
RUN V=github.com/prometheus/common/version \
    && CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH go build -trimpath -buildvcs=false -tags netgo,osusergo,static_build \
        -ldflags "-s -w -X $V.Version=${VERSION:-$(cat VERSION)} -X $V.Revision=$REVISION -X $V.Branch=$BRANCH \
            -X $V.BuildUser=$BUILD_USER -X $V.BuildDate=$BUILD_DATE" \
        -o /qumulo_exporter .

# Nothing but the program: no shell, no package to patch.
FROM scratch

ARG VERSION=""
ARG REVISION=""
LABEL org.opencontainers.image.title="qumulo_exporter" \
      org.opencontainers.image.description="Prometheus exporter for Qumulo Core storage clusters" \
      org.opencontainers.image.source="https://github.com/qumulo-exporter/qumulo_exporter" \
      org.opencontainers.image.documentation="https://github.com/qumulo-exporter/qumulo_exporter#readme" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"

COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /qumulo_exporter /bin/qumulo_exporter
COPY LICENSE /LICENSE

# A number, not a name: Kubernetes' runAsNonRoot can only judge a number.
USER 65534:65534
EXPOSE 10108
# It sees the container's environment, not its arguments: a port or a --web.config.file of your own is given as environment variable.
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["/bin/qumulo_exporter", "--healthcheck"]
ENTRYPOINT ["/bin/qumulo_exporter"]
