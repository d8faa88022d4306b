package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	startLimit = 30 * time.Second
	stopLimit  = 5 * time.Second
	linesKept  = 20
)

// listening is in the line that each child writes when it can be reached; the exporter does so in
// its log.
var listening = regexp.MustCompile(`\baddress=(127\.0\.0\.1:\d+)`)

// child is a process that was started here.
type child struct {
	name  string
	addr  string // host:port
	pid   int
	end   context.CancelFunc
	ended chan struct{}
	err   error // how it ended, once it has

	mu    sync.Mutex
	lines []string // the newest that it wrote
}

// start runs a program until stop or the end of ctx, and returns when it listens.
func start(ctx context.Context, name, path string, args ...string) (*child, error) {
	ctx, end := context.WithCancel(ctx)
	cmd := exec.CommandContext(ctx, path, args...) //nolint:gosec // this program or the one that it has built
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = stopLimit // then it is killed
	out, in := io.Pipe()
	cmd.Stdout, cmd.Stderr = in, in
	// Nothing is ever written to it: it ends with this process, whatever ends that.
	_, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		end()
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	c := &child{name: name, pid: cmd.Process.Pid, end: end, ended: make(chan struct{})}
	address := make(chan string, 1)
	go func() {
		c.err = cmd.Wait()
		_ = in.Close() // it always succeeds
	}()
	go func() {
		defer close(c.ended)
		c.read(out, address)
	}()
	select {
	case c.addr = <-address:
		return c, nil
	case <-c.ended:
		err = c.failed(errors.Join(errors.New("it has ended at its start"), c.err))
	case <-time.After(startLimit):
		err = c.failed(fmt.Errorf("it does not listen after %s", startLimit))
	}
	c.stop()
	return nil, err
}

// stop ends the process and waits for its end.
func (c *child) stop() {
	c.end()
	<-c.ended
}

// read keeps the newest lines and finds the address in them, until the end.
func (c *child) read(out io.Reader, address chan<- string) {
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		c.mu.Lock()
		c.lines = append(c.lines, lines.Text())
		c.lines = c.lines[max(0, len(c.lines)-linesKept):]
		c.mu.Unlock()
		if match := listening.FindStringSubmatch(lines.Text()); match != nil {
			select {
			case address <- match[1]:
			default:
			}
		}
	}
	_, _ = io.Copy(io.Discard, out) // what is left if a line was too long
}

// failed adds what the child wrote last to an error.
func (c *child) failed(err error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return fmt.Errorf("%s: %w\n%s", c.name, err, strings.Join(c.lines, "\n"))
}
