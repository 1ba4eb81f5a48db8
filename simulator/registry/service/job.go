package main

import (
	"context"
	"os"
	"strings"
	"time"
)

// runJob does a cron job's work, whatever its command is called. JOB_MS makes it longer, JOB_FAILS makes it end with 3.
func runJob(self identity, database *database, command []string) int {
	name := strings.Join(command, " ")
	say("%s runs %s", self, name)
	time.Sleep(milliseconds("JOB_MS", 0))
	if os.Getenv("JOB_FAILS") != "" {
		fail("%s: JOB_FAILS is set", name)
		return 3
	}
	if err := keep(context.Background(), database, "INSERT INTO runs (command) VALUES ($1)", name); err != nil {
		fail("%s: %v", name, err)
		return 1
	}
	say("%s did %s", self, name)
	return 0
}
