package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
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

// firstRead is how long the start waits for the file's first read: a file system that hangs is for the loading to name.
const firstRead = 500 * time.Millisecond

// watchConfig sends when the content of the file has changed since the call, until ctx ends. It polls: what mounts a
// ConfigMap swaps a symbolic link two folders up, of which a watched file learns nothing. A file that can't be read is no
// change: it may be about to be replaced.
func watchConfig(ctx context.Context, path string, interval time.Duration) <-chan struct{} {
	changed, read := make(chan struct{}), make(chan struct{})
	go func() {
		last, _ := contentHash(path) // without one, the first that can be read counts as a change
		close(read)
		ticker := time.NewTicker(interval)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
			case <-ctx.Done():
				return
			}
			now, err := contentHash(path)
			if err != nil || now == last {
				continue
			}
			select {
			case changed <- struct{}{}:
				last = now
			case <-ctx.Done():
				return
			}
		}
	}()
	select {
	case <-read:
	case <-time.After(firstRead):
	}
	return changed
}

func contentHash(path string) ([sha256.Size]byte, error) {
	text, err := os.ReadFile(path)
	return sha256.Sum256(text), err
}
