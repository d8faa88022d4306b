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

// Guard returns the error of read, or its panic as a PanicError.
func Guard(read func() error) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = &PanicError{Value: value, Stack: debug.Stack()}
		}
	}()
	return read()
}
