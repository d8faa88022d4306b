package testutil

import (
	"fmt"
	"testing"
)

// Recorder stands for the test that a test's helper is given, and notes what it says of it. Unlike a real test it goes on
// behind Fatal and Skip.
type Recorder struct {
	testing.TB // for all that is not noted

	Failures, Skips []string
}

// Error notes a failure.
func (r *Recorder) Error(args ...any) { r.Failures = append(r.Failures, fmt.Sprint(args...)) }

// Errorf notes a failure.
func (r *Recorder) Errorf(format string, args ...any) { r.Error(fmt.Sprintf(format, args...)) }

// Fatal notes a failure.
func (r *Recorder) Fatal(args ...any) { r.Error(args...) }

// Fatalf notes a failure.
func (r *Recorder) Fatalf(format string, args ...any) { r.Error(fmt.Sprintf(format, args...)) }

// Skip notes the reason why the test is left out.
func (r *Recorder) Skip(args ...any) { r.Skips = append(r.Skips, fmt.Sprint(args...)) }

// Skipf notes the reason why the test is left out.
func (r *Recorder) Skipf(format string, args ...any) { r.Skip(fmt.Sprintf(format, args...)) }
