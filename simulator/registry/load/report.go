package main

import (
	"fmt"
	"sort"
	"strings"
	"time"
)

// tally is what one connection counts, and all of them together.
type tally struct {
	Requests int `json:"requests"`
	// Connections that were made: more than were asked for when some were closed.
	Connections int            `json:"connections"`
	Failed      failures       `json:"failed"`
	Statuses    map[string]int `json:"statuses"`
	Versions    map[string]int `json:"versions"`
	// The first failures, to see when it began and what was said.
	Examples []example `json:"examples"`
	took     []time.Duration
	elapsed  time.Duration
}

type failures struct {
	Socket int `json:"socket"`
	Status int `json:"status"`
	Body   int `json:"body"`
}

type example struct {
	Second float64 `json:"second"`
	What   string  `json:"what"`
}

const examples = 5

func (t *tally) count(table *map[string]int, key string) {
	if *table == nil {
		*table = map[string]int{}
	}
	(*table)[key]++
}

func (t *tally) failed(at time.Duration, kind *int, what string) {
	*kind++
	if len(t.Examples) < examples {
		t.Examples = append(t.Examples, example{Second: round(at.Seconds()), What: what})
	}
}

func (t *tally) add(other tally) {
	t.Requests += other.Requests
	t.Connections += other.Connections
	t.Failed.Socket += other.Failed.Socket
	t.Failed.Status += other.Failed.Status
	t.Failed.Body += other.Failed.Body
	t.took = append(t.took, other.took...)
	t.Examples = append(t.Examples, other.Examples...)
	merge(&t.Statuses, other.Statuses)
	merge(&t.Versions, other.Versions)
}

func merge(into *map[string]int, from map[string]int) {
	if *into == nil {
		*into = map[string]int{}
	}
	for key, count := range from {
		(*into)[key] += count
	}
}

// report is the figures as they are printed. Percentiles are of answers, of whatever status; a request without one has no time.
type report struct {
	tally
	Seconds      float64      `json:"seconds"`
	PerSecond    float64      `json:"perSecond"`
	Milliseconds milliseconds `json:"milliseconds"`
}

type milliseconds struct {
	P50 float64 `json:"p50"`
	P99 float64 `json:"p99"`
	Max float64 `json:"max"`
}

func summarize(total tally) report {
	sort.Slice(total.took, func(one, other int) bool { return total.took[one] < total.took[other] })
	sort.Slice(total.Examples, func(one, other int) bool { return total.Examples[one].Second < total.Examples[other].Second })
	if len(total.Examples) > examples {
		total.Examples = total.Examples[:examples]
	}
	if total.Examples == nil {
		total.Examples = []example{}
	}
	// the least that so many of them did not exceed
	at := func(share float64) float64 {
		if len(total.took) == 0 {
			return 0
		}
		index := int(share*float64(len(total.took))+0.999999) - 1
		return round(total.took[index].Seconds() * 1000)
	}
	return report{
		tally:        total,
		Seconds:      round(total.elapsed.Seconds()),
		PerSecond:    round(float64(total.Requests) / total.elapsed.Seconds()),
		Milliseconds: milliseconds{P50: at(0.5), P99: at(0.99), Max: at(1)},
	}
}

func (r report) String() string {
	lines := []string{
		fmt.Sprintf("%d requests in %.1f s, %.0f a second, on %d connections", r.Requests, r.Seconds, r.PerSecond, r.Connections),
		fmt.Sprintf("failed: %d without an answer, %d not 2xx, %d with another body", r.Failed.Socket, r.Failed.Status, r.Failed.Body),
		fmt.Sprintf("milliseconds: p50 %.1f, p99 %.1f, max %.1f", r.Milliseconds.P50, r.Milliseconds.P99, r.Milliseconds.Max),
	}
	for _, version := range sortedKeys(r.Versions) {
		lines = append(lines, fmt.Sprintf("version %s: %d", version, r.Versions[version]))
	}
	for _, each := range r.Examples {
		lines = append(lines, fmt.Sprintf("at %.3f s: %s", each.Second, each.What))
	}
	return strings.Join(lines, "\n") + "\n"
}

func sortedKeys(table map[string]int) []string {
	keys := make([]string, 0, len(table))
	for key := range table {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}

func round(value float64) float64 { return float64(int64(value*1000+0.5)) / 1000 }
