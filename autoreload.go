package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"
)

// autoReloadErrors returns what is wrong with --config.auto-reload-interval.
func (o *options) autoReloadErrors() []error {
	const flag = "--config.auto-reload-interval"
	switch {
	case o.autoReload < 0:
		return []error{fmt.Errorf("%s: %s is negative: give a duration, or 0s for none", flag, o.autoReload)}
	case o.autoReload > 0 && o.configFile == "":
		return []error{errors.New(flag + ": there is no file to reload: give --config.file too")}
	}
	return nil
}

// configWatch looks for changes of the configuration file. It polls: what mounts a ConfigMap swaps a symbolic link two
// folders up, of which a watched file learns nothing.
type configWatch struct {
	path     string
	interval time.Duration
	read     func(path string) ([]byte, error) // waits for a file system for a moment only
	failed   *atomic.Bool                      // the last reload has: what it missed may be there now
	logger   *slog.Logger

	tried    digest // current, or refused
	seen     digest // by the last look; zero if it has failed
	failures int    // looks in a row that have failed
}

// digest stands for the content of the file, in which secrets may be.
type digest [sha256.Size]byte

// start has a first look and sends whenever the file has another content than before, or the last reload has failed,
// until ctx ends.
func (w *configWatch) start(ctx context.Context) <-chan struct{} {
	w.changed() // without an answer the first content that is read counts as a change
	w.tried = w.seen
	changed := make(chan struct{})
	go w.run(ctx, changed)
	return changed
}

func (w *configWatch) run(ctx context.Context, changed chan<- struct{}) {
	ticker := time.NewTicker(w.interval)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
		if !w.changed() {
			continue
		}
		select {
		case changed <- struct{}{}:
			w.tried = w.seen
		case <-ctx.Done():
			return
		}
	}
}

// changed has a look and reports whether there is a content to be tried that the look before has seen too: one that
// differs is being written. A file that can't be read is no change: it may be about to be replaced.
func (w *configWatch) changed() bool {
	var now digest
	content, err := w.read(w.path)
	w.note(err)
	if err == nil {
		now = sha256.Sum256(content)
	}
	steady := now == w.seen
	w.seen = now
	return err == nil && steady && (now != w.tried || w.failed.Load())
}

// note logs that the file can't be used, once two looks have found it so, and that it can again.
func (w *configWatch) note(err error) {
	switch {
	case err != nil:
		if w.failures++; w.failures == 2 {
			w.logger.Warn("File can't be used; continuing with its earlier content", "file", w.path, "err", err)
		}
		return
	case w.failures > 1:
		w.logger.Info("File can be used again", "file", w.path)
	}
	w.failures = 0
}
