package main

import (
	"fmt"
	"os"
	"sync/atomic"
	"time"
)

// health knows whether the service can take requests, and why it cannot.
type health struct {
	started  time.Time
	startsIn time.Duration
	never    string
	draining int32
}

func newHealth() *health {
	return &health{started: time.Now(), startsIn: milliseconds("HEALTHY_AFTER_MS", 0), never: os.Getenv("NEVER_HEALTHY")}
}

// problem is empty when there is none. A service that drains has none of its own.
func (h *health) problem() string {
	if h.never != "" {
		return h.never
	}
	if left := h.startsIn - time.Since(h.started); left > 0 {
		return fmt.Sprintf("starting: %.1f s left", left.Seconds())
	}
	return ""
}

func (h *health) drain() { atomic.StoreInt32(&h.draining, 1) }

func (h *health) drains() bool { return atomic.LoadInt32(&h.draining) == 1 }
