// Package harness is what the programs for us share: it builds the exporter and starts it or anything else that tells where
// it listens, asks it for pages, reads from /proc what it uses, and reports which bounds hold. Linux only.
package harness

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// The exit statuses of a program.
const (
	exitOK = iota
	exitError
)

// Run is a program without its process.
type Run func(ctx context.Context, args []string, stdout io.Writer) error

// Main runs a program until it ends, SIGINT or SIGTERM, and returns its exit status: 1 for any error, which it prints. A
// bound that is broken is one (Report.Err).
func Main(name string, run Run) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:], os.Stdout)
	switch {
	case errors.Is(err, flag.ErrHelp): // which flag has printed
		return exitOK
	case err != nil:
		fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
		return exitError
	}
	return exitOK
}

// ParseFlags parses args with one flag more: -short, which gives the flags named in short other values, but not those that
// args name as well. With these a program must end within a minute.
func ParseFlags(flags *flag.FlagSet, args []string, short map[string]string) error {
	on := flags.Bool("short", false, fmt.Sprintf("try it in less than a minute: %v", short))
	if err := flags.Parse(args); err != nil || !*on {
		return err
	}
	named := map[string]bool{}
	flags.Visit(func(f *flag.Flag) { named[f.Name] = true })
	for name, value := range short {
		if named[name] {
			continue
		}
		if err := flags.Set(name, value); err != nil {
			return fmt.Errorf("-%s: %w", name, err)
		}
	}
	return nil
}

// Wait waits for d or the end of ctx.
func Wait(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
