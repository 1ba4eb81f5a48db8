package main

import (
	"context"
	"database/sql"
	"net/http"
	"os"
)

// answerVisits writes a row and counts a hit, and says how many there are: both datastores in one answer.
func (s *server) answerVisits(response http.ResponseWriter, request *http.Request) {
	answer := map[string]any{"rows": nil, "hits": nil}
	if s.database != nil {
		var rows int64
		err := s.database.within(request.Context(), func(limited context.Context, db *sql.DB) error {
			if _, err := db.ExecContext(limited, "INSERT INTO visits (version) VALUES ($1)", s.Version); err != nil {
				return err
			}
			return db.QueryRowContext(limited, "SELECT count(*) FROM visits").Scan(&rows)
		})
		if err != nil {
			s.refuse(response, http.StatusInternalServerError, err)
			return
		}
		answer["rows"] = rows
	}
	if address := os.Getenv("REDIS_URL"); address != "" {
		hits, err := countHit(address, "visits")
		if err != nil {
			s.refuse(response, http.StatusInternalServerError, err)
			return
		}
		answer["hits"] = hits
	}
	s.answer(response, http.StatusOK, answer)
}
