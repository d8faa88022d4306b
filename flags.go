package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/alecthomas/kingpin/v2"
	"github.com/prometheus/common/version"
	"github.com/prometheus/exporter-toolkit/web"
	"github.com/prometheus/exporter-toolkit/web/kingpinflag"

	"github.com/qumulo-exporter/qumulo_exporter/internal/config"
	"github.com/qumulo-exporter/qumulo_exporter/internal/server"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

// passwordEnv is where a password may be given without a file.
const passwordEnv = "QUMULO_PASSWORD"

// options are the flags as they were given.
type options struct {
	config        config.Config // of the one cluster that the flags describe
	configFile    string
	autoReload    time.Duration // 0: off
	check         bool
	web           *web.FlagConfig
	externalURL   string
	routePrefix   string
	external      *url.URL // checked
	routes        string   // checked
	telemetryPath string
	maxRequests   int
	ownMetrics    bool
	pprof         bool
	once          bool
	printRole     bool
	healthcheck   bool
	onceName      string // the cluster to scrape once; "": the only one
	logLevel      slog.Level
	logFormat     string

	collectors  []collectorFlags
	logLevelSet bool // on the command line
	errs        []error
	terminated  bool // --help or --version has printed all there is to say
	unread      bool // the command line makes no sense as a whole
}

// newApp declares the flags.
func newApp(o *options, stdout, stderr io.Writer) *kingpin.Application {
	app := kingpin.New("qumulo_exporter", "A Prometheus exporter for Qumulo Core storage clusters.").DefaultEnvars()
	app.UsageWriter(stdout).ErrorWriter(stderr)
	app.Version(version.Print("qumulo_exporter"))
	app.Terminate(func(int) { o.terminated = true })
	app.HelpFlag.Short('h').NoEnvar()
	app.VersionFlag.NoEnvar()

	o.config.Clusters = make([]config.Cluster, 1)
	c := &o.config.Clusters[0]
	c.Intervals = make(map[string]time.Duration)
	app.Flag("config.file", "File with the clusters to scrape (qumulo_exporter.yml), instead of the flags for one cluster.").StringVar(&o.configFile)
	app.Flag("config.check", "Check the configuration and the files it names, and exit: status 0 if it is valid, 2 if not.").BoolVar(&o.check)
	o.flag(app, "config.auto-reload-interval",
		"Interval between looks at --config.file, which is reloaded when two in a row find the same new content. 0s: none.",
		"0s", duration(&o.autoReload))
	app.Flag("once", "Scrape once, print the metrics, and exit: status 0 if qumulo_up is 1, else 1. With several clusters: --once=NAME.").BoolVar(&o.once)
	app.Flag("print-role", "Print the qq commands that make the least role for the collectors that are on, and exit. Nothing is sent.").BoolVar(&o.printRole)
	app.Flag("healthcheck", "Ask the exporter that runs with these flags whether it is alive, and exit: status 0 if it answers, else 1.").
		BoolVar(&o.healthcheck)
	app.Flag("qumulo.url", "Address of the cluster: https://HOST:8000. Repeatable: if one address fails, the exporter fails over to the next.").
		StringsVar(&c.URLs)
	app.Flag("qumulo.username", "User to log in as.").StringVar(&c.Credentials.Username)
	app.Flag("qumulo.password-file", "File with the user's password (or give it in the environment variable "+passwordEnv+").").
		StringVar(&c.Credentials.PasswordFile)
	app.Flag("qumulo.access-token-file", "File with an access token, instead of username and password.").
		StringVar(&c.Credentials.AccessTokenFile)
	app.Flag("qumulo.ca-file", "File with the CA certificates (PEM) to trust for the cluster. Default: the system's.").StringVar(&c.TLS.CAFile)
	app.Flag("qumulo.server-name", "Name to expect in the cluster's certificate, if it is not that of the address.").StringVar(&c.TLS.ServerName)
	app.Flag("qumulo.insecure-skip-verify", "Skip verification of the cluster's certificate: anyone in between can then read the credentials.").
		BoolVar(&c.TLS.InsecureSkipVerify)
	app.Flag("qumulo.web-ui-url", "URL of the cluster's Web UI, for links in dashboards. Default: the host of the first address.").
		StringVar(&c.WebUIURL)
	o.flag(app, "qumulo.concurrency", "Maximum number of concurrent calls to the cluster.", strconv.Itoa(qumulo.DefaultConcurrency), integer(&c.Concurrency))
	o.flag(app, "qumulo.max-answer-rows", "Maximum length of a list from the cluster; 0: a limit for each call, far above what clusters have.", "0",
		integer(&c.MaxAnswerRows))
	o.flag(app, "qumulo.max-answer-bytes", "Maximum size of an answer from the cluster, in bytes; 0: a limit for each call.", "0", integer(&c.MaxAnswerBytes))
	o.flag(app, "scrape.timeout", "Maximum duration of a scrape.", "10s", duration(&o.config.Scrape.Timeout))
	o.flag(app, "scrape.timeout-offset", "Time to subtract from the scrape timeout that Prometheus sends.", "500ms", duration(&o.config.Scrape.TimeoutOffset))
	o.collectorFlags(app)
	o.web = kingpinflag.AddFlags(app, ":10108")
	app.Flag("web.external-url", "URL at which Prometheus and people reach the exporter, if it is not the address it listens on: behind a proxy or NAT.").
		StringVar(&o.externalURL)
	app.Flag("web.route-prefix", "Prefix of all paths. By default the path of --web.external-url.").StringVar(&o.routePrefix)
	app.Flag("web.telemetry-path", "Path of the metrics.").Default("/metrics").StringVar(&o.telemetryPath)
	o.flag(app, "web.max-requests", "Scrapes of one cluster, and requests for one of the other pages, answered at a time; 0 for no limit.", "40",
		integer(&o.maxRequests))
	app.Flag("web.exporter-metrics", "Include metrics of the exporter's own process (go_*, process_*).").Default("true").BoolVar(&o.ownMetrics)
	app.Flag("web.enable-pprof", "Serve profiles below /debug/pprof/.").BoolVar(&o.pprof)
	o.flag(app, "log.level", "Minimum log level: debug, info, warn or error.", "info", level(&o.logLevel))
	app.GetFlag("log.level").IsSetByUser(&o.logLevelSet)
	o.flag(app, "log.format", "Log format: logfmt or json.", "logfmt", oneOf(&o.logFormat, "logfmt", "json"))
	return app
}

// parseFlags returns the options; all config errors of the command line are in them.
func parseFlags(args []string, stdout, stderr io.Writer) *options {
	o := &options{}
	app := newApp(o, stdout, stderr)
	rest, onceName, named := withoutOnceName(args)
	_, err := app.Parse(rest)
	switch {
	case o.terminated:
		return o
	case err == nil:
		o.once, o.onceName = o.once || named, onceName
		if named && onceName == "" {
			o.errs = append(o.errs, errors.New("--once=NAME: the name is empty"))
		}
		o.finish(app, args)
		return o
	}
	// kingpin stops at the first argument that it does not know. Without it the
	// others are checked too.
	args, found := withoutUnknown(args, err)
	if !found {
		return &options{errs: []error{err}, unread: true}
	}
	o = parseFlags(args, io.Discard, io.Discard)
	o.terminated = false
	o.errs = append([]error{err}, o.errs...)
	return o
}

var unknownArgument = regexp.MustCompile(`^(?:unknown (?:long|short) flag '([^']+)'|unexpected (.+))$`)

// telemetryPath has no braces, which mean something to the server's routes.
var telemetryPath = regexp.MustCompile(`^(/[\w.~-]+)+$`)

func withoutUnknown(args []string, err error) (rest []string, found bool) {
	match := unknownArgument.FindStringSubmatch(err.Error())
	if match == nil {
		return nil, false
	}
	unknown := match[1] + match[2]
	for _, arg := range args {
		if arg == unknown || strings.HasPrefix(arg, unknown+"=") {
			found = true
			continue
		}
		rest = append(rest, arg)
	}
	return rest, found
}

// withoutOnceName takes the name out of --once=NAME: a flag with a value that may
// be left out is not among kingpin's.
func withoutOnceName(args []string) (rest []string, name string, found bool) {
	for _, arg := range args {
		if value, ok := strings.CutPrefix(arg, "--once="); ok {
			name, found = value, true
			continue
		}
		rest = append(rest, arg)
	}
	return rest, name, found
}

// load returns the configuration, checked, or all its config errors.
func (o *options) load(files *config.Files) (config.Validated, []error) {
	if o.configFile != "" {
		return config.Load(o.configFile, o.config.Scrape, files)
	}
	return o.config.Validate(files)
}

// finish puts together what does not come from one flag alone.
func (o *options) finish(app *kingpin.Application, args []string) {
	if o.configFile != "" {
		o.refuseClusterFlags(app, args)
	}
	o.errs = append(o.errs, o.autoReloadErrors()...)
	var errs []error
	o.external, o.routes, errs = server.Web(o.externalURL, o.routePrefix)
	o.errs = append(o.errs, errs...)
	o.chooseCollectors(app)
	if password := os.Getenv(passwordEnv); password != "" && o.config.Clusters[0].Credentials.PasswordFile == "" &&
		o.config.Clusters[0].Credentials.AccessTokenFile == "" {
		o.config.Clusters[0].Credentials.Password = qumulo.NewSecret(password)
	}
	if !telemetryPath.MatchString(o.telemetryPath) || path.Clean(o.telemetryPath) != o.telemetryPath {
		o.errs = append(o.errs, fmt.Errorf("--web.telemetry-path: %q is not a path like /metrics", o.telemetryPath))
	}
	if first, _, _ := strings.Cut(strings.TrimPrefix(o.telemetryPath, "/"), "/"); slices.Contains([]string{"-", "debug", "probe", "sd", "config"}, first) {
		o.errs = append(o.errs, fmt.Errorf("--web.telemetry-path: %q is where other pages are", o.telemetryPath))
	}
	if level := app.GetFlag("log.level").Model(); o.once && !o.logLevelSet && os.Getenv(level.Envar) == "" {
		o.logLevel = slog.LevelWarn // what goes well is on stdout
	}
	if o.maxRequests < 0 {
		o.errs = append(o.errs, fmt.Errorf("--web.max-requests: must not be negative"))
	}
	if err := config.InTime(func() error { return web.Validate(*o.web.WebConfigFile) }); err != nil {
		o.errs = append(o.errs, fmt.Errorf("--web.config.file: %w", err))
	}
}

// refuseClusterFlags notes each flag that describes a cluster: there is a file
// that does.
func (o *options) refuseClusterFlags(app *kingpin.Application, args []string) {
	for _, f := range app.Model().Flags {
		if !strings.HasPrefix(f.Name, "qumulo.") && !strings.HasPrefix(f.Name, "collector.") {
			continue
		}
		where := ""
		if _, set := os.LookupEnv(f.Envar); set {
			where = " (" + f.Envar + " in the environment)"
		} else if !slices.ContainsFunc(args, func(arg string) bool {
			name, _, _ := strings.Cut(arg, "=")
			return name == "--"+f.Name || f.IsBoolFlag() && name == "--no-"+f.Name
		}) {
			continue
		}
		o.errs = append(o.errs, fmt.Errorf("--%s%s can't be given with --config.file: it goes into the file", f.Name, where))
	}
}
