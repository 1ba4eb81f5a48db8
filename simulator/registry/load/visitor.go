package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// visitor is one connection that is kept, and made again after it was closed.
type visitor struct {
	target     *target
	tally      *tally
	begin      time.Time
	connection net.Conn
	answers    *bufio.Reader
}

// ask sends one request and counts what became of it. It took from when it was due, not from when there was time to send it.
func (v *visitor) ask(due time.Time) {
	v.tally.Requests++
	response, body, err := v.exchange()
	at := time.Since(v.begin)
	switch {
	case err != nil:
		v.hangUp()
		v.tally.failed(at, &v.tally.Failed.Socket, err.Error())
		return
	case response.StatusCode < 200 || response.StatusCode > 299:
		v.tally.failed(at, &v.tally.Failed.Status, response.Status+": "+firstLine(body))
	case !v.target.expected.Match(body):
		v.tally.failed(at, &v.tally.Failed.Body, firstLine(body))
	}
	if response.Close {
		v.hangUp()
	}
	v.tally.took = append(v.tally.took, time.Since(due))
	v.tally.count(&v.tally.Statuses, fmt.Sprint(response.StatusCode))
	if version := response.Header.Get("x-version"); version != "" {
		v.tally.count(&v.tally.Versions, version)
	}
}

func (v *visitor) exchange() (*http.Response, []byte, error) {
	if v.connection == nil {
		connection, err := v.target.connect()
		if err != nil {
			// where nothing listens, a refusal costs nothing: not a hundred thousand of them a second
			time.Sleep(20 * time.Millisecond)
			return nil, nil, err
		}
		v.connection, v.answers = connection, bufio.NewReader(connection)
		v.tally.Connections++
	}
	_ = v.connection.SetDeadline(time.Now().Add(patience))
	if err := v.target.request.Write(v.connection); err != nil {
		return nil, nil, err
	}
	response, err := http.ReadResponse(v.answers, v.target.request)
	if err != nil {
		return nil, nil, fmt.Errorf("no answer: %w", err)
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, nil, fmt.Errorf("half an answer: %w", err)
	}
	return response, body, nil
}

func (v *visitor) hangUp() {
	if v.connection != nil {
		_ = v.connection.Close()
		v.connection = nil
	}
}

func firstLine(body []byte) string {
	line := strings.SplitN(string(body), "\n", 2)[0]
	if len(line) > 120 {
		line = line[:120] + "…"
	}
	return line
}
