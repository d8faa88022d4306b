package collector

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

// Source is the cluster as the collectors of one scrape see it. Nodes and Slots
// stand before the client's methods: several collectors need their answers, which
// are asked for once.
type Source struct {
	Settings

	Nodes func() (qumulo.List[qumulo.Node], error)
	Slots func() (qumulo.List[qumulo.Slot], error)

	// calls counts those made asynchronously.
	calls sync.WaitGroup
}

// Settings are what the sources of all scrapes of one cluster have in common.
type Settings struct {
	*qumulo.Client

	// Now is the exporter's clock.
	Now func() time.Time
	// On are the names of the collectors that are on.
	On []string
	// Options are those of the collectors that have some: pointers, as Collector.Options
	// returns them.
	Options []any
	// Memory is what is known from scrape to scrape.
	Memory *Memory
}

// Memory is what the collectors of one cluster know from scrape to scrape. The zero
// value knows nothing.
type Memory struct {
	// needsSlots: the node listing came without capacities the last time, so that the
	// slots are needed for them.
	needsSlots atomic.Bool
	// clockOffset is the cluster's clock less the exporter's as the time collector has seen it
	// last; nil: it has not, or its last read failed.
	clockOffset atomic.Pointer[time.Duration]
	// native has the cluster's own metrics that are held, and nativePatterns what the options say of them.
	native         heldFamilies
	nativePatterns nativePatterns
}

// NewSource makes the source of one scrape. The node listing is asked for under the
// context first, since qumulo_up waits for it; the slots, which are the largest
// answer, under last.
func NewSource(first, last context.Context, s Settings) *Source {
	return &Source{
		Settings: s,
		Nodes:    once(func() (qumulo.List[qumulo.Node], error) { return s.Client.Nodes(first) }),
		Slots: once(func() (qumulo.List[qumulo.Slot], error) {
			list, err := s.Client.Slots(last)
			return eachOnce(list), err
		}),
	}
}

// clusterNow returns the time by the cluster's clock; where that is not known, by the
// exporter's.
func (s *Source) clusterNow() (now time.Time, known bool) {
	if offset := s.Memory.clockOffset.Load(); offset != nil {
		return s.Now().Add(*offset), true
	}
	return s.Now(), false
}

// optionsOf returns a collector's options, by their type; they must not be changed.
func optionsOf[T any](src *Source) *T {
	for _, o := range src.Options {
		if options, ok := o.(*T); ok {
			return options
		}
	}
	return new(T)
}

// Wait waits for the calls that collectors began and did not wait for.
func (s *Source) Wait() { s.calls.Wait() }

// async begins a call while its collector goes on with another; wait returns its
// answer.
func async[T any](src *Source, call func() (T, error)) (wait func() (T, error)) {
	wait = once(call)
	src.calls.Go(func() { _, _ = wait() }) // the collector gets the error
	return wait
}

// once makes a call at the first use and returns its answer at each. A panic in it is
// its error: it may run in a goroutine that no collector waits for.
func once[T any](call func() (T, error)) func() (T, error) {
	return sync.OnceValues(func() (answer T, err error) {
		err = Guard(func() (err error) {
			answer, err = call()
			return err
		})
		return answer, err
	})
}
