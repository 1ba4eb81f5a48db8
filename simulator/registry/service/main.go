// The service of the stand-in images: a web server, an API, a worker or a job, whichever its surroundings ask for. It behaves
// as a good service does: it says when it can take requests, answers on while it is told to stop, and keeps nothing on its disk.
//
// Its image says how it goes, in variables:
//
//	VERSION            what it calls itself
//	CRASH              it prints this and ends with 1
//	HEALTHY_AFTER_MS   it starts up for so long
//	NEVER_HEALTHY      it is never healthy, and this is why
//	DRAIN_MS           it answers on for so long after SIGTERM (4000)
package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

func main() {
	if message := os.Getenv("CRASH"); message != "" {
		fail(message)
		os.Exit(1)
	}
	self := identity{Service: serviceName(), Version: os.Getenv("VERSION")}
	database := newDatabase(os.Getenv("DATABASE_URL"))
	switch {
	case os.Getenv("PORT") != "":
		os.Exit(serve(self, database))
	case len(os.Args) > 1:
		os.Exit(runJob(self, database, os.Args[1:]))
	default:
		os.Exit(work(self, database))
	}
}

// identity is what every answer and every line begins with.
type identity struct {
	Service string `json:"service"`
	Version string `json:"version"`
}

func (self identity) String() string { return self.Service + " " + self.Version }

func serviceName() string {
	if name := os.Getenv("SERVICE"); name != "" {
		return name
	}
	name, _ := os.Hostname()
	return name
}

func say(format string, values ...any) { fmt.Printf(format+"\n", values...) }

func fail(format string, values ...any) { fmt.Fprintf(os.Stderr, "FATAL "+format+"\n", values...) }

// milliseconds reads a variable that holds a whole number of them.
func milliseconds(name string, otherwise int) time.Duration {
	count, err := strconv.Atoi(strings.TrimSpace(os.Getenv(name)))
	if err != nil {
		count = otherwise
	}
	return time.Duration(count) * time.Millisecond
}
