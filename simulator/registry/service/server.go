package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"
)

// What an answer costs a service that does something for it.
const effort = 5 * time.Millisecond

// server answers requests until it is told to stop.
type server struct {
	identity
	health   *health
	database *database
	// Closed when streams have to end.
	ending chan struct{}
	// Connections that are no longer requests: nobody else waits for them.
	sockets sync.WaitGroup
}

func serve(self identity, database *database) int {
	s := &server{identity: self, health: newHealth(), database: database, ending: make(chan struct{})}
	told := make(chan os.Signal, 2)
	signal.Notify(told, syscall.SIGTERM, syscall.SIGINT)

	listener, err := net.Listen("tcp", ":"+os.Getenv("PORT"))
	if err != nil {
		fail("%v", err)
		return 1
	}
	web := &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second}
	web.RegisterOnShutdown(func() { close(s.ending) })
	say("%s listens on port %d", self, listener.Addr().(*net.TCPAddr).Port)
	failed := make(chan error, 1)
	go func() { failed <- web.Serve(listener) }()

	select {
	case err := <-failed:
		fail("%v", err)
		return 1
	case <-told:
	}
	// who sends requests needs a moment to notice that this one takes no more
	s.health.drain()
	say("%s drains", self)
	select {
	case <-time.After(milliseconds("DRAIN_MS", 4000)):
	case <-told:
	}
	soon, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	err = web.Shutdown(soon)
	s.sockets.Wait()
	if err != nil {
		say("%s stopped with requests unanswered: %v", self, err)
		return 1
	}
	say("%s stopped", self)
	return 0
}

// ServeHTTP goes by how the path ends: a service does not know where its route begins.
func (s *server) ServeHTTP(response http.ResponseWriter, request *http.Request) {
	response.Header().Set("x-version", s.Version)
	path := request.URL.Path
	switch ends := func(name string) bool { return strings.HasSuffix(path, "/"+name) }; {
	case ends("health"):
		s.answerHealth(response)
	case ends("visits"):
		s.answerVisits(response, request)
	case ends("rows"):
		s.answerRows(response, request)
	case ends("events"):
		s.streamEvents(response, request)
	case ends("ws"):
		s.echoMessages(response, request)
	case ends("echo"):
		s.answerEcho(response, request)
	case path == "/" && s.health.problem() != "":
		// the front page is a health path as well, but one that people see: it is there while the service drains
		s.answerHealth(response)
	default:
		time.Sleep(effort)
		fmt.Fprintln(response, s.identity)
	}
}

func (s *server) answerHealth(response http.ResponseWriter) {
	problem := s.health.problem()
	if problem == "" && s.health.drains() {
		problem = "draining: told to stop"
	}
	if problem != "" {
		response.WriteHeader(http.StatusServiceUnavailable)
		fmt.Fprintf(response, "%s: %s\n", s.identity, problem)
		return
	}
	fmt.Fprintln(response, s.identity)
}

func (s *server) answerEcho(response http.ResponseWriter, request *http.Request) {
	size, err := io.Copy(io.Discard, request.Body)
	if err != nil {
		s.refuse(response, http.StatusBadRequest, err)
		return
	}
	headers := map[string]string{"host": request.Host}
	for name, values := range request.Header {
		headers[strings.ToLower(name)] = strings.Join(values, ", ")
	}
	s.answer(response, http.StatusOK, map[string]any{
		"method": request.Method, "path": request.URL.RequestURI(), "remoteAddress": request.RemoteAddr, "headers": headers, "bodyBytes": size,
	})
}

// answer sends JSON that begins with who answers.
func (s *server) answer(response http.ResponseWriter, status int, value map[string]any) {
	value["service"], value["version"] = s.Service, s.Version
	response.Header().Set("content-type", "application/json")
	response.WriteHeader(status)
	_ = json.NewEncoder(response).Encode(value)
}

func (s *server) refuse(response http.ResponseWriter, status int, err error) {
	s.answer(response, status, map[string]any{"error": err.Error()})
}
