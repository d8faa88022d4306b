package collector

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

// source is the cluster as the collectors of one scrape see it: answers that
// several of them need are asked for once.
type source struct {
	*qumulo.Client
	nodes once[qumulo.List[qumulo.Node]]
	slots once[qumulo.List[qumulo.Slot]]
	// needsSlots outlives the scrape: the cluster's node listing came without
	// capacities the last time, so that the slots are needed for them.
	needsSlots *atomic.Bool
	// calls counts those made beside their collector: the sweep waits for them.
	calls sync.WaitGroup
}

// Nodes is Client.Nodes, asked once.
func (s *source) Nodes(ctx context.Context) (qumulo.List[qumulo.Node], error) {
	return s.nodes.do(func() (qumulo.List[qumulo.Node], error) { return s.Client.Nodes(ctx) })
}

// Slots is Client.Slots, asked once.
func (s *source) Slots(ctx context.Context) (qumulo.List[qumulo.Slot], error) {
	return s.slots.do(func() (qumulo.List[qumulo.Slot], error) { return s.Client.Slots(ctx) })
}

// beside begins a call while its collector goes on with another, and gives what
// waits for the answer.
func beside[T any](src *source, call func() (T, error)) (wait func() (T, error)) {
	var shared once[T]
	src.calls.Go(func() { _, _ = shared.do(call) }) // wait gives the error
	return func() (T, error) { return shared.do(call) }
}

// once shares one answer. All callers are of one scrape and end together, so
// that waiting for the first needs no context of its own.
type once[T any] struct {
	once  sync.Once
	value T
	err   error
}

func (o *once[T]) do(ask func() (T, error)) (T, error) {
	o.once.Do(func() { o.value, o.err = ask() })
	return o.value, o.err
}
