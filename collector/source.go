package collector

import (
	"context"
	"sync"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

// source is the cluster as the collectors of one scrape see it: answers that
// several of them need are asked for once.
type source struct {
	*qumulo.Client
	nodes once[qumulo.List[qumulo.Node]]
	slots once[qumulo.List[qumulo.Slot]]
}

// Nodes is Client.Nodes, asked once.
func (s *source) Nodes(ctx context.Context) (qumulo.List[qumulo.Node], error) {
	return s.nodes.do(func() (qumulo.List[qumulo.Node], error) { return s.Client.Nodes(ctx) })
}

// Slots is Client.Slots, asked once.
func (s *source) Slots(ctx context.Context) (qumulo.List[qumulo.Slot], error) {
	return s.slots.do(func() (qumulo.List[qumulo.Slot], error) { return s.Client.Slots(ctx) })
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
