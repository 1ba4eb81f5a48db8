package main

import (
	"context"
	"os/signal"
	"syscall"
	"time"
)

// work keeps a heartbeat, and ends well when it is told to stop. A database that is away is waited for.
func work(self identity, database *database) int {
	told, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	pulse := time.NewTicker(2 * time.Second)
	defer pulse.Stop()
	for beat := 1; ; beat++ {
		if err := keep(told, database, "INSERT INTO heartbeats (version) VALUES ($1)", self.Version); err != nil {
			say("%s heartbeat %d failed: %v", self, beat, err)
		} else {
			say("%s heartbeat %d", self, beat)
		}
		select {
		case <-pulse.C:
		case <-told.Done():
			say("%s stopped", self)
			return 0
		}
	}
}

// keep writes one row where there is a database.
func keep(parent context.Context, database *database, statement, value string) error {
	if database == nil {
		return nil
	}
	return database.insert(parent, statement, value)
}
