package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"time"
)

// What is longer than this is not an answer.
const patience = 10 * time.Second

// target is what is asked for, where it is, and what it has to answer.
type target struct {
	request  *http.Request
	dial     string
	security *tls.Config
	expected *regexp.Regexp
}

func newTarget(address, resolve, authorities, expect string) (*target, error) {
	site, err := url.Parse(address)
	if err != nil || site.Hostname() == "" || (site.Scheme != "http" && site.Scheme != "https") {
		return nil, fmt.Errorf("--url is %q, and has to be like https://www.acme.example/", address)
	}
	t := &target{}
	if t.request, err = http.NewRequest(http.MethodGet, site.String(), nil); err != nil {
		return nil, err
	}
	t.request.Header.Set("user-agent", "load")
	port := site.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[site.Scheme]
	}
	if t.dial, err = whereIs(site.Hostname(), port, resolve); err != nil {
		return nil, err
	}
	if site.Scheme == "https" {
		t.security = &tls.Config{ServerName: site.Hostname(), MinVersion: tls.VersionTLS12}
		if t.security.RootCAs, err = trusted(authorities); err != nil {
			return nil, err
		}
	}
	if t.expected, err = regexp.Compile(expect); err != nil {
		return nil, fmt.Errorf("--expect: %w", err)
	}
	return t, nil
}

// whereIs reads HOST:PORT:ADDRESS, as curl does: an address of IPv6 stands in brackets or not.
func whereIs(host, port, resolve string) (string, error) {
	if resolve == "" {
		return net.JoinHostPort(host, port), nil
	}
	parts := strings.SplitN(resolve, ":", 3)
	if len(parts) != 3 || net.ParseIP(strings.Trim(parts[2], "[]")) == nil {
		return "", fmt.Errorf("--resolve is %q, and has to be like www.acme.example:443:203.0.113.5", resolve)
	}
	if parts[0] != host || parts[1] != port {
		return "", fmt.Errorf("--resolve is for %s:%s, and --url asks %s:%s", parts[0], parts[1], host, port)
	}
	return net.JoinHostPort(strings.Trim(parts[2], "[]"), port), nil
}

func trusted(file string) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("--ca: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		return nil, errors.New("--ca: there is no certificate in " + file)
	}
	return pool, nil
}

func (t *target) connect() (net.Conn, error) {
	dialer := &net.Dialer{Timeout: patience}
	if t.security == nil {
		return dialer.Dial("tcp", t.dial)
	}
	return tls.DialWithDialer(dialer, "tcp", t.dial, t.security)
}
