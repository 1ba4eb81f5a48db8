package main

import (
	"fmt"
	"net/http"
	"time"

	"github.com/gorilla/websocket"
)

// streamEvents sends a numbered event every 200 ms, until the visitor goes or the service stops.
func (s *server) streamEvents(response http.ResponseWriter, request *http.Request) {
	response.Header().Set("content-type", "text/event-stream")
	response.Header().Set("cache-control", "no-store")
	flusher, _ := response.(http.Flusher)
	pulse := time.NewTicker(200 * time.Millisecond)
	defer pulse.Stop()
	for count := 1; ; count++ {
		fmt.Fprintf(response, "id: %d\ndata: %s %d\n\n", count, s.identity, count)
		flusher.Flush()
		select {
		case <-pulse.C:
		case <-request.Context().Done():
			return
		case <-s.ending:
			return
		}
	}
}

var upgrader = websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}

// echoMessages sends back what comes. A service that stops says so with 1001, going away.
func (s *server) echoMessages(response http.ResponseWriter, request *http.Request) {
	s.sockets.Add(1)
	defer s.sockets.Done()
	socket, err := upgrader.Upgrade(response, request, http.Header{"x-version": {s.Version}})
	if err != nil {
		return
	}
	defer socket.Close()
	gone := make(chan struct{})
	defer close(gone)
	go func() {
		select {
		case <-gone:
		case <-s.ending:
			soon := time.Now().Add(time.Second)
			_ = socket.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseGoingAway, "the service stops"), soon)
			_ = socket.SetReadDeadline(soon)
		}
	}()
	for {
		kind, message, err := socket.ReadMessage()
		if err != nil {
			return
		}
		if err := socket.WriteMessage(kind, message); err != nil {
			return
		}
	}
}
