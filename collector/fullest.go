package collector

import (
	"cmp"
	"slices"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

// quota is one on its way to the page.
type quota struct {
	qumulo.Quota

	id       string
	fullness float64
}

// fullness is how much of a quota is used: 1 is full, as is a limit of 0. It is -1 where
// that can't be told.
func fullness(q qumulo.Quota) float64 {
	limit, limited := q.Limit.Value()
	used, ok := q.Used.Value()
	switch {
	case !ok || !limited || used < 0 || limit < 0:
		return -1
	case limit == 0:
		return 1
	}
	return used / limit
}

// fullest keeps the fullest of the quotas that are added, in memory for twice the maximum:
// whenever that is full, the emptier half goes.
type fullest struct {
	max    int
	quotas []quota
}

func (f *fullest) add(q quota) {
	if f.max < 1 {
		return
	}
	if len(f.quotas) == 2*f.max {
		f.quotas = f.first()
	}
	f.quotas = append(f.quotas, q)
}

// first returns the fullest, at most the maximum. Of those that are equally full the lower
// ids are first, so that the same ones are shown from read to read.
func (f *fullest) first() []quota {
	slices.SortFunc(f.quotas, func(a, b quota) int {
		return cmp.Or(cmp.Compare(b.fullness, a.fullness), cmp.Compare(len(a.id), len(b.id)), cmp.Compare(a.id, b.id))
	})
	return f.quotas[:min(len(f.quotas), f.max)]
}
