package main

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"path"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/alecthomas/kingpin/v2"
	"github.com/prometheus/common/version"
	"github.com/prometheus/exporter-toolkit/web"
	"github.com/prometheus/exporter-toolkit/web/kingpinflag"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
	"github.com/qumulo-exporter/qumulo_exporter/internal/config"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

// passwordEnv is where a password may be given without a file.
const passwordEnv = "QUMULO_PASSWORD"

// options are the flags as they were given.
type options struct {
	config        config.Config
	web           *web.FlagConfig
	telemetryPath string
	maxRequests   int
	ownMetrics    bool
	pprof         bool
	once          bool
	logLevel      slog.Level
	logFormat     string

	collectors map[string]*bool
	faults     []error
	terminated bool // --help or --version has printed all there is to say
	unread     bool // the command line makes no sense as a whole
}

// newApp declares the flags.
func newApp(o *options, stdout, stderr io.Writer) *kingpin.Application {
	app := kingpin.New("qumulo_exporter", "A Prometheus exporter for Qumulo Core storage clusters.").DefaultEnvars()
	app.UsageWriter(stdout).ErrorWriter(stderr)
	app.Version(version.Print("qumulo_exporter"))
	app.Terminate(func(int) { o.terminated = true })
	app.HelpFlag.Short('h').NoEnvar()
	app.VersionFlag.NoEnvar()

	c := &o.config.Cluster
	c.Intervals = make(map[string]time.Duration)
	app.Flag("once", "Scrape once, print the metrics, and exit: 0 if qumulo_up is 1, 1 if not.").BoolVar(&o.once)
	app.Flag("qumulo.url", "Address of the cluster: https://HOST:8000. Repeatable: where one address fails, the next is used; any node answers for all.").
		StringsVar(&c.URLs)
	app.Flag("qumulo.username", "User to log in as.").StringVar(&c.Credentials.Username)
	app.Flag("qumulo.password-file", "File with the user's password (or give it in the environment variable "+passwordEnv+").").
		StringVar(&c.Credentials.PasswordFile)
	app.Flag("qumulo.access-token-file", "File with an access token, instead of username and password.").
		StringVar(&c.Credentials.AccessTokenFile)
	app.Flag("qumulo.ca-file", "File with the CA certificates (PEM) to trust for the cluster; without it the system's.").StringVar(&c.TLS.CAFile)
	app.Flag("qumulo.server-name", "Name to expect in the cluster's certificate, if it is not that of the address.").StringVar(&c.TLS.ServerName)
	app.Flag("qumulo.insecure-skip-verify", "Don't verify the cluster's certificate: whoever stands between can read the credentials.").
		BoolVar(&c.TLS.InsecureSkipVerify)
	o.flag(app, "qumulo.concurrency", "Calls to the cluster at a time.", strconv.Itoa(qumulo.DefaultConcurrency), integer(&c.Concurrency))
	o.flag(app, "qumulo.max-answer-rows", "Longest list to take from the cluster, in elements; 0: a bound for each call, far above what clusters have.", "0",
		integer(&c.MaxAnswerRows))
	o.flag(app, "qumulo.max-answer-bytes", "Largest answer to take from the cluster, in bytes; 0: a bound for each call.", "0", integer(&c.MaxAnswerBytes))
	o.flag(app, "scrape.timeout", "Longest time for a scrape.", "10s", duration(&o.config.Scrape.Timeout))
	o.flag(app, "scrape.timeout-offset", "Time to take off the timeout that Prometheus sends.", "500ms", duration(&o.config.Scrape.TimeoutOffset))
	o.collectors = make(map[string]*bool)
	for _, col := range collector.All() {
		o.collectors[col.Name] = app.Flag("collector."+col.Name, "Collect: "+col.Help).Default(strconv.FormatBool(col.Enabled)).Bool()
		o.flag(app, "collector."+col.Name+".interval",
			"Least time between two reads of "+col.Name+"; in between the last values are served. 0s: each scrape reads.",
			col.Interval.String(), o.interval(col))
	}
	o.web = kingpinflag.AddFlags(app, ":10108")
	app.Flag("web.telemetry-path", "Path of the metrics.").Default("/metrics").StringVar(&o.telemetryPath)
	o.flag(app, "web.max-requests", "Requests answered at a time; 0 for no limit.", "40", integer(&o.maxRequests))
	app.Flag("web.exporter-metrics", "Show metrics of the exporter itself (go_*, process_*).").Default("true").BoolVar(&o.ownMetrics)
	app.Flag("web.enable-pprof", "Serve profiles below /debug/pprof/.").BoolVar(&o.pprof)
	o.flag(app, "log.level", "Least level to log: debug, info, warn or error.", "info", level(&o.logLevel))
	o.flag(app, "log.format", "Format of the log: logfmt or json.", "logfmt", oneOf(&o.logFormat, "logfmt", "json"))
	return app
}

// parseFlags gives the options; all faults of the command line are in them.
func parseFlags(args []string, stdout, stderr io.Writer) *options {
	o := &options{}
	_, err := newApp(o, stdout, stderr).Parse(args)
	switch {
	case o.terminated:
		return o
	case err == nil:
		o.finish()
		return o
	}
	// kingpin stops at the first argument that it does not know. Without it the
	// others are checked too.
	rest, found := withoutUnknown(args, err)
	if !found {
		return &options{faults: []error{err}, unread: true}
	}
	o = parseFlags(rest, io.Discard, io.Discard)
	o.terminated = false
	o.faults = append([]error{err}, o.faults...)
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

// finish puts together what does not come from one flag alone.
func (o *options) finish() {
	for _, name := range collector.Names() {
		if *o.collectors[name] {
			o.config.Cluster.Collectors = append(o.config.Cluster.Collectors, name)
		}
	}
	if password := os.Getenv(passwordEnv); password != "" && o.config.Cluster.Credentials.PasswordFile == "" &&
		o.config.Cluster.Credentials.AccessTokenFile == "" {
		o.config.Cluster.Credentials.Password = qumulo.NewSecret(password)
	}
	if !telemetryPath.MatchString(o.telemetryPath) || path.Clean(o.telemetryPath) != o.telemetryPath {
		o.faults = append(o.faults, fmt.Errorf("--web.telemetry-path: %q is not a path like /metrics", o.telemetryPath))
	}
	if strings.HasPrefix(o.telemetryPath, "/-/") || strings.HasPrefix(o.telemetryPath, "/debug/") {
		o.faults = append(o.faults, fmt.Errorf("--web.telemetry-path: %q is below /-/ or /debug/, where other pages are", o.telemetryPath))
	}
	if o.maxRequests < 0 {
		o.faults = append(o.faults, fmt.Errorf("--web.max-requests: must not be negative"))
	}
	if err := web.Validate(*o.web.WebConfigFile); err != nil {
		o.faults = append(o.faults, fmt.Errorf("--web.config.file: %w", err))
	}
}

// checked is a flag whose bad value is noted, so that the others are read too.
type checked struct {
	name   string
	text   string
	set    func(string) error
	faults *[]error
}

func (o *options) flag(app *kingpin.Application, name, help, value string, set func(string) error) {
	// A fault must not leave the zero value behind, which would be a second one.
	_ = set(value)
	app.Flag(name, help).Default(value).SetValue(&checked{name: name, set: set, faults: &o.faults})
}

// Set implements kingpin.Value.
func (c *checked) Set(text string) error {
	c.text = text
	if err := c.set(text); err != nil {
		*c.faults = append(*c.faults, fmt.Errorf("--%s: %w", c.name, err))
	}
	return nil
}

// String implements kingpin.Value.
func (c *checked) String() string { return c.text }

func duration(target *time.Duration) func(string) error {
	return func(text string) error {
		d, err := time.ParseDuration(text)
		if err != nil {
			return fmt.Errorf("%q is not a duration like 10s or 500ms", text)
		}
		*target = d
		return nil
	}
}

// interval sets that of a collector where it is not its own default.
func (o *options) interval(col collector.Collector) func(string) error {
	return func(text string) error {
		interval := col.Interval
		if err := duration(&interval)(text); err != nil {
			return err
		}
		if interval != col.Interval {
			o.config.Cluster.Intervals[col.Name] = interval
		}
		return nil
	}
}

func integer[T int | int64](target *T) func(string) error {
	return func(text string) error {
		n, err := strconv.ParseInt(text, 10, strconv.IntSize)
		if err != nil {
			return fmt.Errorf("%q is not a whole number", text)
		}
		*target = T(n)
		return nil
	}
}

func level(target *slog.Level) func(string) error {
	return func(text string) error {
		var word string
		if err := oneOf(&word, "debug", "info", "warn", "error")(text); err != nil {
			return err
		}
		return target.UnmarshalText([]byte(word))
	}
}

func oneOf(target *string, words ...string) func(string) error {
	return func(text string) error {
		for _, w := range words {
			if strings.EqualFold(w, text) {
				*target = w
				return nil
			}
		}
		return fmt.Errorf("%q is none of %s", text, strings.Join(words, ", "))
	}
}
