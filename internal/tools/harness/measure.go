package harness

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// CPU returns the CPU time, user and system, of the process so far: the sum over its threads of
// /proc/PID/task/TID/schedstat, which counts nanoseconds where /proc/PID/stat counts hundredths of
// a second. A thread that has ended is not in it; those of Go programs stay. What has not given up its processor yet, nor
// seen a tick of the kernel's clock, has none, which is an error.
func (c *Child) CPU() (time.Duration, error) {
	files, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", c.PID))
	if err != nil {
		return 0, err
	}
	var sum time.Duration
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return 0, err
		}
		onCPU, _, _ := strings.Cut(string(data), " ")
		ns, err := strconv.ParseInt(onCPU, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("%s: %w", file, err)
		}
		sum += time.Duration(ns)
	}
	if sum == 0 {
		return 0, fmt.Errorf("no CPU time in /proc/%d/task/*/schedstat", c.PID)
	}
	return sum, nil
}

// Memory returns the resident memory of the process in bytes: now, and at its peak.
func (c *Child) Memory() (rss, peak int64, err error) {
	f, err := os.Open(fmt.Sprintf("/proc/%d/status", c.PID))
	if err != nil {
		return 0, 0, err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		key, value, _ := strings.Cut(lines.Text(), ":")
		if key != "VmRSS" && key != "VmHWM" {
			continue
		}
		kib, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
		if err != nil {
			return 0, 0, fmt.Errorf("%s: %w", f.Name(), err)
		}
		if key == "VmRSS" {
			rss = kib << 10
		} else {
			peak = kib << 10
		}
	}
	if rss == 0 || peak == 0 {
		return 0, 0, fmt.Errorf("%s: no VmRSS or VmHWM: %w", f.Name(), lines.Err())
	}
	return rss, peak, nil
}

// OpenFiles returns how many file descriptors the process has open.
func (c *Child) OpenFiles() (int, error) {
	files, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", c.PID))
	return len(files), err
}
