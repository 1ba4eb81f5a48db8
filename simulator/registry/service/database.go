package main

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/lib/pq"
)

// One transaction, as all that is sent at once. The lock is for the first moment of several containers: none of them finds tables.
const schema = `
SELECT pg_advisory_xact_lock(20260101);
CREATE TABLE IF NOT EXISTS visits (id bigserial PRIMARY KEY, version text NOT NULL, at timestamptz NOT NULL DEFAULT now());
CREATE TABLE IF NOT EXISTS acknowledged (id text PRIMARY KEY, number bigserial, at timestamptz NOT NULL DEFAULT now());
CREATE TABLE IF NOT EXISTS heartbeats (id bigserial PRIMARY KEY, version text NOT NULL, at timestamptz NOT NULL DEFAULT now());
CREATE TABLE IF NOT EXISTS runs (id bigserial PRIMARY KEY, command text NOT NULL, at timestamptz NOT NULL DEFAULT now());`

// database is Postgres, or nothing at all. It is connected to when it is first needed, and again whenever it went away.
type database struct {
	url    string
	lock   sync.Mutex
	opened *sql.DB
}

func newDatabase(url string) *database {
	if url == "" {
		return nil
	}
	return &database{url: url}
}

// within runs what touches tables, and makes them when there are none: the database may be new, or restored from before they were.
func (d *database) within(parent context.Context, touch func(context.Context, *sql.DB) error) error {
	limited, cancel := context.WithTimeout(parent, 10*time.Second)
	defer cancel()
	db, err := d.open(limited)
	if err != nil {
		return err
	}
	err = touch(limited, db)
	var refused *pq.Error
	if errors.As(err, &refused) && refused.Code.Name() == "undefined_table" {
		if _, err = db.ExecContext(limited, schema); err == nil {
			err = touch(limited, db)
		}
	}
	return err
}

// insert runs a statement and returns after its commit.
func (d *database) insert(parent context.Context, statement string, value string) error {
	return d.within(parent, func(limited context.Context, db *sql.DB) error {
		_, err := db.ExecContext(limited, statement, value)
		return err
	})
}

// open prefers TLS and does without it where the server has none, as other clients do.
func (d *database) open(limited context.Context) (*sql.DB, error) {
	d.lock.Lock()
	defer d.lock.Unlock()
	if d.opened != nil {
		return d.opened, nil
	}
	settings, err := pq.ParseURL(d.url)
	if err != nil {
		// the error would quote the password
		return nil, errors.New("DATABASE_URL is not an address like postgres://user:password@host:5432/name")
	}
	choices := []string{settings}
	if !strings.Contains(settings, "sslmode=") {
		choices = []string{settings + " sslmode=require", settings + " sslmode=disable"}
	}
	for _, choice := range choices {
		var connector *pq.Connector
		if connector, err = pq.NewConnector(choice); err != nil {
			return nil, errors.New("DATABASE_URL holds a setting that is not known")
		}
		db := sql.OpenDB(connector)
		if err = db.PingContext(limited); err == nil {
			db.SetMaxOpenConns(5)
			db.SetConnMaxIdleTime(time.Minute)
			d.opened = db
			return db, nil
		}
		_ = db.Close()
		if !errors.Is(err, pq.ErrSSLNotSupported) {
			break
		}
	}
	return nil, err
}
