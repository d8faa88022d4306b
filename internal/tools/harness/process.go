package harness

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
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
var listening = regexp.MustCompile(`\baddress=(\S*:\d+)`)

// Program is what Start runs.
type Program struct {
	Name, Path string
	Args       []string
	Output     io.Writer // gets what the program writes, if it is not nil
}

// Child is a process that was started here.
type Child struct {
	Name string
	Addr string // host:port
	PID  int

	end   context.CancelFunc
	ended chan struct{}
	err   error // how it ended, once it has

	mu    sync.Mutex
	lines []string // the newest that it wrote
}

// Start runs a program until Stop or the end of ctx, and returns when it listens. The program must
// write a line with address=HOST:PORT then, as the exporter's log has one. Its standard input ends
// with this process.
func Start(ctx context.Context, p Program) (*Child, error) {
	ctx, end := context.WithCancel(ctx)
	cmd := exec.CommandContext(ctx, p.Path, p.Args...) //nolint:gosec // this program or the one that it has built
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = stopLimit // then it is killed
	out, in := io.Pipe()
	cmd.Stdout = in
	if p.Output != nil {
		cmd.Stdout = io.MultiWriter(in, p.Output)
	}
	cmd.Stderr = cmd.Stdout
	// Nothing is ever written to it: it ends with this process, whatever ends that.
	_, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		end()
		return nil, fmt.Errorf("%s: %w", p.Name, err)
	}
	c := &Child{Name: p.Name, PID: cmd.Process.Pid, end: end, ended: make(chan struct{})}
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
	case c.Addr = <-address:
		return c, nil
	case <-c.ended:
		err = c.Failed(errors.Join(errors.New("it has ended at its start"), c.err))
	case <-time.After(startLimit):
		err = c.Failed(fmt.Errorf("it does not listen after %s", startLimit))
	}
	c.Stop()
	return nil, err
}

// Stop ends the process, with SIGTERM at first, and waits for its end.
func (c *Child) Stop() {
	c.end()
	<-c.ended
}

// read keeps the newest lines and finds the address in them, until the end.
func (c *Child) read(out io.Reader, address chan<- string) {
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

// Ended is closed once the process has ended.
func (c *Child) Ended() <-chan struct{} { return c.ended }

// Failed adds what the child wrote last to an error.
func (c *Child) Failed(err error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return fmt.Errorf("%s: %w\n%s", c.Name, err, strings.Join(c.lines, "\n"))
}

// UntilOrphaned waits for the end of ctx, or of the process whose Start this one is.
func UntilOrphaned(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		defer cancel()
		_, _ = io.Copy(io.Discard, os.Stdin)
	}()
	<-ctx.Done()
}
