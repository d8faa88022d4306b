package collector

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

// source is the cluster as the collectors of one scrape see it. Nodes and Slots
// stand before the client's methods: several collectors need their answers, which
// are asked for once.
type source struct {
	*qumulo.Client

	Nodes func() (qumulo.List[qumulo.Node], error)
	Slots func() (qumulo.List[qumulo.Slot], error)
	// needsSlots outlives the scrape: the cluster's node listing came without
	// capacities the last time, so that the slots are needed for them.
	needsSlots *atomic.Bool
	// calls counts those made asynchronously: the sweep waits for them.
	calls sync.WaitGroup
}

// newSource makes the source of one scrape. The node listing is asked for under the
// context first, since qumulo_up waits for it; the slots, which are the largest
// answer, under last.
func newSource(first, last context.Context, client *qumulo.Client, needsSlots *atomic.Bool) *source {
	return &source{
		Client:     client,
		Nodes:      sync.OnceValues(func() (qumulo.List[qumulo.Node], error) { return client.Nodes(first) }),
		Slots:      sync.OnceValues(func() (qumulo.List[qumulo.Slot], error) { return client.Slots(last) }),
		needsSlots: needsSlots,
	}
}

// async begins a call while its collector goes on with another; wait returns its
// answer.
func async[T any](src *source, call func() (T, error)) (wait func() (T, error)) {
	wait = sync.OnceValues(call)
	src.calls.Go(func() { _, _ = wait() }) // the collector gets the error
	return wait
}
