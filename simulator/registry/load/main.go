// A load generator that forgives nothing: each connection sends one GET after another and reads every body. Nothing is tried
// again, as a browser's or Go's own client would do in silence; what goes wrong is counted by kind.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"
)

func main() {
	address := flag.String("url", "", "what is asked for, http:// or https://")
	connections := flag.Int("connections", 8, "how many ask side by side, each on a connection that it keeps")
	seconds := flag.Float64("seconds", 10, "how long; SIGTERM ends it earlier")
	rate := flag.Float64("rate", 0, "requests a second of all together; 0: as many as there are answers")
	resolve := flag.String("resolve", "", "HOST:PORT:ADDRESS, where a name is instead of where it resolves to")
	authorities := flag.String("ca", "", "a file of certificates to trust instead of this machine's")
	expect := flag.String("expect", "", "a regular expression that every body matches")
	asJSON := flag.Bool("json", false, "print the figures as JSON")
	flag.Parse()

	target, err := newTarget(*address, *resolve, *authorities, *expect)
	if err == nil && (flag.NArg() > 0 || *connections < 1 || *seconds <= 0 || *rate < 0) {
		err = fmt.Errorf("--connections and --seconds are above 0, --rate is 0 or above, and nothing follows the options")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(2)
	}

	told, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	within, cancel := context.WithTimeout(told, time.Duration(*seconds*float64(time.Second)))
	defer cancel()
	report := summarize(run(within, target, *connections, *rate))
	if !*asJSON {
		fmt.Print(report)
		return
	}
	printer := json.NewEncoder(os.Stdout)
	printer.SetEscapeHTML(false)
	_ = printer.Encode(report)
}

// run lets all connections ask until the time is over. A request that is on its way then is waited for.
func run(within context.Context, target *target, connections int, rate float64) tally {
	begin := time.Now()
	tallies := make([]tally, connections)
	var all sync.WaitGroup
	for index := range tallies {
		all.Add(1)
		go func(index int) {
			defer all.Done()
			visitor := visitor{target: target, tally: &tallies[index], begin: begin}
			defer visitor.hangUp()
			pace := pace{begin: begin}
			if rate > 0 {
				pace.interval = time.Duration(float64(connections) / rate * float64(time.Second))
				pace.begin = begin.Add(pace.interval * time.Duration(index) / time.Duration(connections))
			}
			for due, more := pace.next(within); more; due, more = pace.next(within) {
				visitor.ask(due)
			}
		}(index)
	}
	all.Wait()
	total := tally{elapsed: time.Since(begin)}
	for _, each := range tallies {
		total.add(each)
	}
	return total
}

// pace says when a request is due. With a rate, an answer that comes late does not put off the next request's due time.
type pace struct {
	begin    time.Time
	interval time.Duration
	count    int
}

func (p *pace) next(within context.Context) (time.Time, bool) {
	if within.Err() != nil {
		return time.Time{}, false
	}
	if p.interval == 0 {
		return time.Now(), true
	}
	due := p.begin.Add(p.interval * time.Duration(p.count))
	p.count++
	wait := time.NewTimer(time.Until(due))
	defer wait.Stop()
	select {
	case <-wait.C:
		return due, within.Err() == nil
	case <-within.Done():
		return due, false
	}
}
