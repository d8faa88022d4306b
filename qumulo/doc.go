// Package qumulo is a client of the Qumulo Core REST API for programs that
// watch a cluster for years: one [Client] a cluster, long-lived and safe for
// concurrent use, with a cached bearer token that it renews by itself.
//
// It knows nothing of Prometheus and can be used by any Go program:
//
//	client, err := qumulo.New(qumulo.Config{
//		URLs:        []string{"https://cluster.example.com:8000"},
//		Credentials: qumulo.Credentials{AccessTokenFile: "/etc/qumulo/token"},
//	})
//	nodes, err := client.Nodes(ctx)
//
// # Answers
//
// The API sends numbers as strings or as numbers, and any field may be missing
// or null. [Number], [Text], [Time] and [Bool] take all forms, and know "not sent"
// from zero. Fields and words that this package does not know never fail a call.
//
// # Errors
//
// A failed call is an [*Error], which names the operation, the address and the
// HTTP status. Test for a cause with [errors.Is] ([ErrUnauthorized],
// [ErrForbidden], [ErrNotSupported], [ErrVanished], [ErrNoObject]) or [errors.As]
// ([*StatusError], [*BodyError], [*LoginError]).
package qumulo
