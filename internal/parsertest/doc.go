// Package parsertest checks the pages of the exporter with Prometheus's own parser. It is a module of its own: Prometheus brings
// some hundred modules along, and none of them is the exporter's.
package parsertest
