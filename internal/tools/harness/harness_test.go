package harness_test

import (
	"context"
	"errors"
	"flag"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/internal/tools/harness"
)

// TestStatus: a broken bound ends a program with exit status 1, as any error does.
func TestStatus(t *testing.T) {
	judged := func(holds bool) harness.Run {
		return func(context.Context, []string, io.Writer) error {
			r := harness.NewReport(io.Discard)
			r.Boundf(true, "any", "the first")
			r.Boundf(holds, "any", "the second")
			r.Boundf(true, "any", "the third")
			return r.Err()
		}
	}
	for name, c := range map[string]struct {
		run    harness.Run
		status int
	}{
		"all bounds hold":  {judged(true), 0},
		"one is broken":    {judged(false), 1},
		"an error":         {func(context.Context, []string, io.Writer) error { return errors.New("no cluster") }, 1},
		"asked for --help": {func(context.Context, []string, io.Writer) error { return flag.ErrHelp }, 0},
	} {
		if status := harness.Main(name, c.run); status != c.status {
			t.Errorf("%s: exit status %d, want %d", name, status, c.status)
		}
	}
}

func TestReport(t *testing.T) {
	var out strings.Builder
	r := harness.NewReport(&out)
	r.Notef("two clusters")
	r.Boundf(true, "at most 3", "pages: %d", 3)
	if err := r.Err(); err != nil {
		t.Errorf("nothing is broken: %v", err)
	}
	r.Boundf(false, "0", "late: %d", 1)
	const want = "        two clusters\nOK      pages: 3; bound: at most 3\nBROKEN  late: 1; bound: 0\n"
	if err := r.Err(); !errors.Is(err, harness.ErrBroken) || out.String() != want {
		t.Errorf("%v:\n%s", err, out.String())
	}
}

func TestShort(t *testing.T) {
	for args, want := range map[string]string{
		"":                                    "200 1m0s a",
		"-clusters=3":                         "3 1m0s a",
		"-short":                              "10 5s a",
		"-short -clusters=3":                  "3 5s a",
		"-clusters=200 -short -name=b":        "200 5s b",
		"-short=false -duration=2m -name=not": "200 2m0s not",
	} {
		flags := flag.NewFlagSet("x", flag.ContinueOnError)
		clusters, duration, name := flags.String("clusters", "200", ""), flags.Duration("duration", time.Minute, ""), flags.String("name", "a", "")
		if err := harness.ParseFlags(flags, strings.Fields(args), map[string]string{"clusters": "10", "duration": "5s"}); err != nil {
			t.Fatal(err)
		}
		if got := *clusters + " " + duration.String() + " " + *name; got != want {
			t.Errorf("%q: %s, want %s", args, got, want)
		}
	}
	flags := flag.NewFlagSet("x", flag.ContinueOnError)
	if err := harness.ParseFlags(flags, []string{"-short"}, map[string]string{"none": "1"}); err == nil {
		t.Error("a flag that is not there gets a value")
	}
}

func TestQuantile(t *testing.T) {
	list := []time.Duration{1, 2, 3, 4}
	for q, want := range map[float64]time.Duration{0: 1, .5: 3, .99: 4, 1: 4} {
		if got := harness.Quantile(list, q); got != want {
			t.Errorf("%g: %d, want %d", q, got, want)
		}
	}
	if harness.Quantile(nil, .5) != 0 {
		t.Error("of nothing")
	}
}

func shell(script string, output io.Writer) harness.Program {
	return harness.Program{Name: "script", Path: "/bin/sh", Args: []string{"-c", script}, Output: output}
}

func TestChild(t *testing.T) {
	var output testutil.Log
	c, err := harness.Start(t.Context(), shell("echo starting; echo address=127.0.0.1:4711 >&2; exec sleep 60", &output))
	if err != nil {
		t.Fatal(err)
	}
	if c.Addr != "127.0.0.1:4711" {
		t.Errorf("it listens on %s", c.Addr)
	}
	// The kernel counts what a thread has run when it gives up its processor, or at the next tick: at first it may be nothing.
	testutil.Eventually(t, "CPU time", func() bool {
		cpu, err := c.CPU()
		return err == nil && cpu > 0
	})
	rss, peak, err := c.Memory()
	if err != nil || rss <= 0 || peak < rss {
		t.Errorf("memory %d, peak %d, %v", rss, peak, err)
	}
	files, err := c.OpenFiles()
	if err != nil || files < 3 {
		t.Errorf("%d files, %v", files, err)
	}
	c.Stop()
	select {
	case <-c.Ended():
	default:
		t.Error("it has not ended")
	}
	if said := c.Failed(errors.New("late")).Error(); said != "script: late\nstarting\naddress=127.0.0.1:4711" {
		t.Errorf("it said %q", said)
	}
	if output.String() != "starting\naddress=127.0.0.1:4711\n" {
		t.Errorf("output %q", output.String())
	}
	if _, _, err := c.Memory(); err == nil {
		t.Error("what has ended has memory")
	}
}

// TestChildThatEnds: its last words are in the error.
func TestChildThatEnds(t *testing.T) {
	_, err := harness.Start(t.Context(), shell("echo no such cluster; exit 3", nil))
	if err == nil || !strings.Contains(err.Error(), "no such cluster") || !strings.Contains(err.Error(), "exit status 3") {
		t.Errorf("error %v", err)
	}
	if _, err := harness.Start(t.Context(), harness.Program{Name: "none", Path: "/nonexistent/program"}); err == nil {
		t.Error("a program that is not there has started")
	}
}
