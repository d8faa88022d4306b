# `make help` lists the targets.

# The version of every tool, all of them here. A changed one is installed by the next target that needs it.
GOLANGCI_LINT_VERSION := v2.15.0
PROMETHEUS_VERSION    := v0.316.0
ALERTMANAGER_VERSION  := v0.31.1
GOVULNCHECK_VERSION   := v1.9.0
ACTIONLINT_VERSION    := v1.7.12
CYCLONEDX_VERSION     := v1.10.0
COSIGN_VERSION        := v3.1.3
HELM_VERSION          := v4.3.1
NFPM_VERSION          := v2.45.2

GO    ?= go
TOOLS := $(CURDIR)/.tools

# What `qumulo_exporter --version` shows. The date is the commit's, so that one commit always gives the same bytes.
VERSION     := $(shell cat VERSION)
REVISION    ?= $(shell git rev-parse HEAD 2>/dev/null)
BRANCH      ?= $(shell git rev-parse --abbrev-ref HEAD 2>/dev/null)
BUILD_USER  ?= $(shell id -un 2>/dev/null)
BUILD_DATE  ?= $(shell TZ=UTC git log -1 --format=%cd --date=format-local:%Y%m%d-%H:%M:%S 2>/dev/null)
COMMIT_TIME := $(shell git log -1 --format=%ct 2>/dev/null || echo 0)

PKG     := github.com/prometheus/common/version
LDFLAGS := -s -w -X $(PKG).Version=$(VERSION) -X $(PKG).Revision=$(REVISION) -X $(PKG).Branch=$(BRANCH) \
           -X $(PKG).BuildUser=$(BUILD_USER) -X $(PKG).BuildDate=$(BUILD_DATE)
# -buildvcs=false: the revision is stamped above, and a checkout owned by somebody else must not fail the build.
GOBUILD := CGO_ENABLED=0 $(GO) build -trimpath -buildvcs=false -tags netgo,osusergo,static_build -ldflags '$(LDFLAGS)'

LINT_STAMP         := $(TOOLS)/.golangci-lint-$(GOLANGCI_LINT_VERSION)
PROMETHEUS_STAMP   := $(TOOLS)/.prometheus-$(PROMETHEUS_VERSION)
ALERTMANAGER_STAMP := $(TOOLS)/.alertmanager-$(ALERTMANAGER_VERSION)
ACTIONLINT_STAMP   := $(TOOLS)/.actionlint-$(ACTIONLINT_VERSION)
CYCLONEDX_STAMP    := $(TOOLS)/.cyclonedx-$(CYCLONEDX_VERSION)
COSIGN_STAMP       := $(TOOLS)/.cosign-$(COSIGN_VERSION)
HELM_STAMP         := $(TOOLS)/.helm-$(HELM_VERSION)
# Debian's, years older: the mixin's rules must load there too. Where there is no apt there is none, and its test is left out.
PROMTOOL_OLD       := $(TOOLS)/debian/usr/bin/promtool
NFPM_STAMP         := $(TOOLS)/.nfpm-$(NFPM_VERSION)

# Where `make package` puts what it makes.
PACKAGES ?= .packages

# These are built from modules of their own, which name their versions.
KUBERNETES       := $(CURDIR)/internal/charttest/tools
KUBERNETES_STAMP := $(TOOLS)/.kubernetes-$(shell cat $(KUBERNETES)/*/go.mod | cksum | cut -d ' ' -f 1)

# The platforms of `make dist` stand in .promu.yml only.
PLATFORMS := $(shell sed -n 's|^ *- \([a-z]*/[a-z0-9]*\)$$|\1|p' .promu.yml)

.PHONY: all
all: lint test test-chart build ## everything a change must pass, then the binary

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / { printf "%-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: build
build: ## the binary, ./qumulo_exporter
	$(GOBUILD) -o qumulo_exporter .

.PHONY: test
test: $(PROMETHEUS_STAMP) $(ALERTMANAGER_STAMP) $(PROMTOOL_OLD) ## all tests, with the race detector (needs a C compiler), a real Prometheus and a real Alertmanager
	@# It names the tests that are left out for want of something; with CI=true there must be none. Most of those of the exporter
	@# wait most of the time: those that only compute run beside them, and get the processors only while these have nothing to do.
	$(GO) build -buildvcs=false -o .build/runtests ./internal/tools/runtests
	@$(MAKE) --no-print-directory -j2 test-exporter test-modules

# The longest packages begin, so that none of them is alone at the end.
TESTED := ./internal/e2e ./internal/scrape ./internal/fleet ./internal/server ./collector ./qumulo ./...
PROGRAMS := PROMETHEUS=$(TOOLS)/prometheus PROMTOOL=$(TOOLS)/promtool ALERTMANAGER=$(TOOLS)/alertmanager
# The race detector does not watch what computes and shares nothing, the primitives of TLS and the tests' parser of pages: a
# quarter of its time would go there.
UNWATCHED := $(addprefix crypto/internal/fips140/,bigmod edwards25519/... hkdf mlkem nistec/... sha256 sha3) github.com/prometheus/common/expfmt

.PHONY: test-exporter
test-exporter:
	CGO_ENABLED=1 $(PROGRAMS) .build/runtests -race $(UNWATCHED:%=-gcflags=%=-race=false) -timeout=15m -p=2 -parallel=4 $(TESTED)
	@# What -race would take minutes for.
	$(PROGRAMS) .build/runtests -norace -timeout=15m -p=2 -parallel=4 $(TESTED)

# Modules of their own, for what the exporter must not depend on. The mixin lies outside of the module that checks it, so that
# go test would not see that it has changed.
.PHONY: test-modules
test-modules:
	cd internal/parsertest && nice -n 19 $(CURDIR)/.build/runtests -timeout=10m ./...
	cd internal/mixintest && $(PROGRAMS) PROMTOOL_OLD=$$(ls $(PROMTOOL_OLD)) nice -n 19 $(CURDIR)/.build/runtests -count=1 -timeout=15m ./...

# The chart lies outside of the module that checks it, likewise.
.PHONY: test-chart
test-chart: ## the Helm chart: what comes of valid values, and what invalid ones are told
	$(GO) build -buildvcs=false -o .build/runtests ./internal/tools/runtests
	cd internal/charttest && $(CURDIR)/.build/runtests -count=1 -timeout=10m .

.PHONY: test-kubernetes
test-kubernetes: $(PROMETHEUS_STAMP) $(KUBERNETES_STAMP) ## the chart in a real Kubernetes API server, with prometheus-operator (the first time it builds them)
	$(GO) build -buildvcs=false -o .build/runtests ./internal/tools/runtests
	cd internal/charttest && KUBERNETES_TOOLS=$(TOOLS) $(CURDIR)/.build/runtests -count=1 -timeout=15m ./kubernetes

FUZZTIME := 10m

.PHONY: fuzz
fuzz: ## whatever a cluster sends as its own metrics, the page is valid: ten minutes of tries (FUZZTIME=1m)
	cd internal/parsertest && $(GO) test -run '^$$' -fuzz FuzzBytes -fuzztime $(FUZZTIME) .
	cd internal/parsertest && $(GO) test -run '^$$' -fuzz FuzzWords -fuzztime $(FUZZTIME) .

.PHONY: lint
lint: $(LINT_STAMP) $(ACTIONLINT_STAMP) ## go vet, golangci-lint, go mod tidy, actionlint
	@# Without what may be there or not, so that it says the same everywhere.
	$(TOOLS)/actionlint -shellcheck= -pyflakes=
	$(GO) vet -tags packages ./...
	$(TOOLS)/golangci-lint run ./...
	$(GO) mod tidy -diff
	cd internal/parsertest && $(GO) vet ./... && $(TOOLS)/golangci-lint run ./... && $(GO) mod tidy -diff
	cd internal/mixintest && $(GO) vet ./... && $(TOOLS)/golangci-lint run ./... && $(GO) mod tidy -diff
	cd internal/charttest && $(GO) vet ./... && $(TOOLS)/golangci-lint run ./... && $(GO) mod tidy -diff

.PHONY: vulncheck
vulncheck: ## known faults in dependencies (asks vuln.go.dev)
	$(GO) run golang.org/x/vuln/cmd/govulncheck@$(GOVULNCHECK_VERSION) ./...

.PHONY: fmt
fmt: $(LINT_STAMP) ## write the code as the formatters want it
	$(TOOLS)/golangci-lint fmt ./...

.PHONY: docs
docs: ## write the generated documents and golden files again
	$(GO) test . ./collector/... ./internal/config/... -update

.PHONY: mixin
mixin: ## write the compiled dashboards, alerts and rules in docs/mixin again
	cd internal/mixintest && $(GO) test -count=1 . -run TestCompiledFilesAreCurrent -update

.PHONY: chart
chart: ## copy the mixin and the schema of the configuration file into the chart
	cd internal/charttest && $(GO) test -count=1 . -run TestFilesAreCurrent -update

.PHONY: demo
demo: build ## a simulated cluster and the exporter against it
	$(GO) build -buildvcs=false -o .build/demo ./internal/tools/demo
	.build/demo

.PHONY: demo-prometheus
demo-prometheus: build $(PROMETHEUS_STAMP) $(ALERTMANAGER_STAMP) ## the same with a real Prometheus and a real Alertmanager: an alert from its cause to its notification
	$(GO) build -buildvcs=false -o .build/demoprometheus ./internal/tools/demoprometheus
	.build/demoprometheus $(ARGS)

# What measures fails when a bound is broken. ARGS are its flags: -short tries it in less than a minute.
.PHONY: bench
bench: ## CPU, memory and time of a scrape, beside those of a bare program (ARGS=-short, ARGS=-h)
	$(GO) build -buildvcs=false -o .build/bench ./internal/tools/bench
	.build/bench $(ARGS)

.PHONY: soak
soak: ## half an hour of scrapes while tokens end and nodes fail (likewise)
	$(GO) build -buildvcs=false -o .build/soak ./internal/tools/soak
	.build/soak $(ARGS)

.PHONY: manyclusters
manyclusters: ## five minutes of scrapes of 200 clusters (likewise)
	$(GO) build -buildvcs=false -o .build/manyclusters ./internal/tools/manyclusters
	.build/manyclusters $(ARGS)

.PHONY: native
native: ## CPU, memory and time of a scrape of the cluster's own page, beside those of a bare copy (likewise)
	$(GO) build -buildvcs=false -o .build/native ./internal/tools/native
	.build/native $(ARGS)

.PHONY: benchmarks
benchmarks: ## the Go benchmarks
	$(GO) test -run '^$$' -bench . -benchmem ./...

.PHONY: dist
dist: ## archives for all platforms and their checksums, in .tarballs/
	rm -rf .build .tarballs && mkdir -p .tarballs
	set -e; for p in $(PLATFORMS); do \
	  os=$${p%/*}; arch=$${p#*/}; name=qumulo_exporter-$(VERSION).$$os-$$arch; exe=; [ $$os != windows ] || exe=.exe; \
	  echo "$$name"; mkdir -p .build/$$name; cp LICENSE CHANGELOG.md web-config.yml docs/qumulo_exporter.example.yml .build/$$name; \
	  GOOS=$$os GOARCH=$$arch $(GOBUILD) -o .build/$$name/qumulo_exporter$$exe .; \
	  tar -C .build --sort=name --mtime=@$(COMMIT_TIME) --owner=0 --group=0 --numeric-owner -cf - $$name \
	    | gzip -9n > .tarballs/$$name.tar.gz; \
	done
	cd .tarballs && sha256sum *.tar.gz > sha256sums.txt

.PHONY: package
package: $(NFPM_STAMP) ## deb, rpm and apk for amd64 and arm64 and their checksums, in .packages/
	rm -rf .build/package $(PACKAGES) && mkdir -p .build/package $(PACKAGES)
	GOOS= GOARCH= $(GOBUILD) -o .build/package/qumulo_exporter .
	packaging/stage .build/package/qumulo_exporter $(VERSION) $(COMMIT_TIME)
	set -e; for arch in amd64 arm64; do \
	  GOOS=linux GOARCH=$$arch $(GOBUILD) -o .build/package/$$arch/qumulo_exporter .; \
	  for kind in deb rpm apk; do \
	    ARCH=$$arch VERSION=$(VERSION) SOURCE_DATE_EPOCH=$(COMMIT_TIME) \
	      $(TOOLS)/nfpm package -f packaging/nfpm.yaml -p $$kind -t $(PACKAGES); \
	  done; \
	done
	cd $(PACKAGES) && sha256sum *.deb *.rpm *.apk > sha256sums.txt

.PHONY: test-packages
test-packages: package ## installs, starts, upgrades and purges the packages in a fresh Debian, builds and runs the image (as root)
	@# It downloads the Debian once, into .tools/. What it needs besides is listed in .ci/run.
	PACKAGES=$(abspath $(PACKAGES)) $(GO) run ./internal/tools/runtests -count=1 -timeout=30m -tags=packages ./internal/packagetest

.PHONY: sbom
sbom: $(CYCLONEDX_STAMP) ## a CycloneDX SBOM beside each archive and package that was made (packages need dpkg and rpm)
	PATH=$(TOOLS):$$PATH .ci/sbom $(VERSION) $(wildcard .tarballs/*.tar.gz .packages/*.deb .packages/*.rpm .packages/*.apk)

.PHONY: pin
pin: ## pin the actions of the workflows by hash (asks github.com)
	.ci/pin-actions

.PHONY: release-tools
release-tools: $(CYCLONEDX_STAMP) $(COSIGN_STAMP) $(HELM_STAMP) ## what the release signs and publishes with, in .tools/

.PHONY: tools
tools: $(ACTIONLINT_STAMP) $(LINT_STAMP) $(PROMETHEUS_STAMP) $(ALERTMANAGER_STAMP) $(PROMTOOL_OLD) $(NFPM_STAMP) ## the pinned tools, in .tools/

# A stamp bears the version in its name: nothing is done while it is there, and a changed version has none.
$(LINT_STAMP):
	GOBIN=$(TOOLS) $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_LINT_VERSION)
	rm -f $(TOOLS)/.golangci-lint-* && touch $@

$(ACTIONLINT_STAMP):
	GOBIN=$(TOOLS) $(GO) install github.com/rhysd/actionlint/cmd/actionlint@$(ACTIONLINT_VERSION)
	rm -f $(TOOLS)/.actionlint-* && touch $@

$(CYCLONEDX_STAMP):
	GOBIN=$(TOOLS) $(GO) install github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@$(CYCLONEDX_VERSION)
	rm -f $(TOOLS)/.cyclonedx-* && touch $@

$(COSIGN_STAMP):
	GOBIN=$(TOOLS) $(GO) install github.com/sigstore/cosign/v3/cmd/cosign@$(COSIGN_VERSION)
	rm -f $(TOOLS)/.cosign-* && touch $@

$(HELM_STAMP):
	GOBIN=$(TOOLS) $(GO) install helm.sh/helm/v4/cmd/helm@$(HELM_VERSION)
	rm -f $(TOOLS)/.helm-* && touch $@

# remove_all_sd leaves the cloud providers' service discovery out, which is most of the build time.
$(PROMETHEUS_STAMP):
	GOBIN=$(TOOLS) $(GO) install -tags remove_all_sd \
	  github.com/prometheus/prometheus/cmd/prometheus@$(PROMETHEUS_VERSION) \
	  github.com/prometheus/prometheus/cmd/promtool@$(PROMETHEUS_VERSION)
	rm -f $(TOOLS)/.prometheus-* && touch $@

$(ALERTMANAGER_STAMP):
	GOBIN=$(TOOLS) $(GO) install github.com/prometheus/alertmanager/cmd/alertmanager@$(ALERTMANAGER_VERSION)
	rm -f $(TOOLS)/.alertmanager-* && touch $@

$(PROMTOOL_OLD):
	@mkdir -p $(TOOLS)/debian
	-cd $(TOOLS)/debian && { apt-get download prometheus || { apt-get update -q && apt-get download prometheus; }; } && dpkg-deb -x prometheus_*.deb . && rm prometheus_*.deb && touch $@

$(KUBERNETES_STAMP):
	cd $(KUBERNETES)/etcd && $(GO) build -o $(TOOLS)/etcd go.etcd.io/etcd/server/v3
	cd $(KUBERNETES)/operator && $(GO) build -o $(TOOLS)/prometheus-operator github.com/prometheus-operator/prometheus-operator/cmd/operator
	@# Without its version the server would take itself for the oldest one.
	cd $(KUBERNETES)/kubernetes && v=$$($(GO) list -m -f '{{.Version}}' k8s.io/kubernetes) && $(GO) build \
	  -ldflags "-X k8s.io/component-base/version.gitVersion=$$v -X k8s.io/component-base/version.gitMajor=1 \
	    -X k8s.io/component-base/version.gitMinor=$$(echo $$v | cut -d . -f 2)" -o $(TOOLS)/kube-apiserver k8s.io/kubernetes/cmd/kube-apiserver
	rm -f $(TOOLS)/.kubernetes-* && touch $@

$(NFPM_STAMP):
	GOBIN=$(TOOLS) $(GO) install github.com/goreleaser/nfpm/v2/cmd/nfpm@$(NFPM_VERSION)
	rm -f $(TOOLS)/.nfpm-* && touch $@

.PHONY: clean
clean: ## remove what was built, but not the tools
	rm -rf qumulo_exporter qumulo_exporter.exe .build .tarballs .packages coverage*
