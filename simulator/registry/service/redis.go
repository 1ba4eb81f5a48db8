package main

import (
	"bufio"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// countHit adds one to a key of Redis. A connection each time: what is proved is that the address and its password work.
func countHit(address, key string) (int64, error) {
	target, err := url.Parse(address)
	if err != nil || target.Hostname() == "" || (target.Scheme != "redis" && target.Scheme != "rediss") {
		// the error would quote the password
		return 0, errors.New("REDIS_URL is not an address like redis://user:password@host:6379/0")
	}
	port := target.Port()
	if port == "" {
		port = "6379"
	}
	connection, err := net.DialTimeout("tcp", net.JoinHostPort(target.Hostname(), port), 3*time.Second)
	if err != nil {
		return 0, err
	}
	defer connection.Close()
	_ = connection.SetDeadline(time.Now().Add(5 * time.Second))
	if target.Scheme == "rediss" {
		connection = tls.Client(connection, &tls.Config{ServerName: target.Hostname(), MinVersion: tls.VersionTLS12})
	}

	answers := bufio.NewReader(connection)
	for _, command := range introductions(target) {
		if _, err := ask(connection, answers, command...); err != nil {
			return 0, err
		}
	}
	count, err := ask(connection, answers, "INCR", key)
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(count, 10, 64)
}

// introductions are what an address asks to be said first: the password, and which database.
func introductions(target *url.URL) [][]string {
	var commands [][]string
	if password, given := target.User.Password(); given {
		if user := target.User.Username(); user == "" {
			commands = append(commands, []string{"AUTH", password})
		} else {
			commands = append(commands, []string{"AUTH", user, password})
		}
	}
	if number := strings.Trim(target.Path, "/"); number != "" && number != "0" {
		commands = append(commands, []string{"SELECT", number})
	}
	return commands
}

// ask sends a command as an array of bulk strings and reads an answer of one line.
func ask(connection net.Conn, answers *bufio.Reader, words ...string) (string, error) {
	message := fmt.Sprintf("*%d\r\n", len(words))
	for _, word := range words {
		message += fmt.Sprintf("$%d\r\n%s\r\n", len(word), word)
	}
	if _, err := connection.Write([]byte(message)); err != nil {
		return "", err
	}
	line, err := answers.ReadString('\n')
	if err != nil {
		return "", err
	}
	line = strings.TrimRight(line, "\r\n")
	if line == "" {
		return "", errors.New("redis answered nothing")
	}
	switch line[0] {
	case '+', ':':
		return line[1:], nil
	case '-':
		return "", fmt.Errorf("redis refused %s: %s", words[0], line[1:])
	}
	return "", fmt.Errorf("redis answered %s with what is not understood here", words[0])
}
