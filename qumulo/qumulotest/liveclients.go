package qumulotest

import (
	"fmt"
	"strconv"
	"time"
)

const (
	mostClients  = 8                // of a cluster that lives, beside those that it has anyway
	clientComes  = 15 * time.Second // so often one comes, or one goes
	firstClients = 2
)

// clients is how many there are: they come one after the other, and go so again, within four minutes.
func clients(age time.Duration) int {
	step := (int(age/clientComes) + firstClients) % (2 * mostClients)
	return min(step, 2*mostClients-step)
}

// clientAddress is where the client of that number comes from.
func clientAddress(number int) string { return fmt.Sprintf("203.0.113.%d", 1+number) }

// connectClients connects the clients to one node after the other.
func connectClients(c call, rows *[]nodeConnections) {
	tenant := 1
	for i := range clients(c.age()) {
		if len(*rows) > 0 {
			row := &(*rows)[i%len(*rows)]
			kind := []string{"CONNECTION_TYPE_NFS", "CONNECTION_TYPE_SMB"}[i%2]
			row.Connections = append(row.Connections, connection{kind, clientAddress(i), &tenant})
		}
	}
}

// addLoad adds what the clients of each interval cause: each the same part of a busy cluster's load.
func addLoad(c call, series *[]timeSeries) {
	for _, s := range *series {
		for i := range s.Values {
			if begin := time.Unix(s.Times[i], 0); !begin.Before(c.start) {
				s.Values[i] += float64(clients(begin.Sub(c.start))) * loadOfClient(s.ID)
			}
		}
	}
}

// loadOfClient is what one client adds to a rate.
func loadOfClient(id string) float64 {
	for _, l := range seriesLoads() {
		if l.id == id {
			return l.load / mostClients
		}
	}
	return 0
}

// addActivity shows what the clients do now, each with one file.
func addActivity(c call, activity *currentActivity) {
	for i := range clients(c.age()) {
		for _, kind := range []struct{ name, series string }{
			{"file-iops-read", "iops.read.rate"},
			{"file-iops-write", "iops.write.rate"},
			{"file-throughput-read", "throughput.read.rate"},
			{"file-throughput-write", "throughput.write.rate"},
		} {
			if !c.query.Has("type") || c.query.Get("type") == kind.name {
				activity.Entries = append(activity.Entries,
					activityRow{strconv.Itoa(5000001 + i), clientAddress(i), loadOfClient(kind.series), kind.name})
			}
		}
	}
}
