package collector

import (
	"fmt"
	"runtime/debug"
)

// PanicError is a panic in a read function: a fault of the exporter, which must cost
// no more than that collector.
type PanicError struct {
	Value any
	Stack []byte
}

func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v", e.Value) }

// Guard returns the error of read, or its panic as a PanicError. It is where each goroutine that reads begins.
func Guard(read func() error) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = &PanicError{Value: value, Stack: debug.Stack()}
		}
	}()
	growStack(0)
	return read()
}

// readStack is room for a call to the cluster, in bytes. More of it saved nothing.
const readStack = 12 << 10

// growStack makes the goroutine's stack large enough for a call, once. Without it the stack grows on the way down, and what is on
// it by then is copied each time: a twentieth of the CPU of a small scrape.
//
//go:noinline
func growStack(i int) byte {
	var room [readStack]byte
	return room[i]
}
