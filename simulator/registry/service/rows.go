package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"net/http"
)

// answerRows takes an id and acknowledges it after the commit, or lists what it has: no id that was acknowledged may be missing.
func (s *server) answerRows(response http.ResponseWriter, request *http.Request) {
	if s.database == nil {
		s.refuse(response, http.StatusInternalServerError, errors.New("DATABASE_URL is not set"))
		return
	}
	switch request.Method {
	case http.MethodPost:
		var row struct{ ID string }
		if err := json.NewDecoder(http.MaxBytesReader(response, request.Body, 4096)).Decode(&row); err != nil || row.ID == "" {
			s.refuse(response, http.StatusBadRequest, errors.New(`the body is JSON like {"id": "one"}`))
			return
		}
		if err := s.database.insert(request.Context(), "INSERT INTO acknowledged (id) VALUES ($1) ON CONFLICT DO NOTHING", row.ID); err != nil {
			s.refuse(response, http.StatusInternalServerError, err)
			return
		}
		s.answer(response, http.StatusCreated, map[string]any{"id": row.ID})
	case http.MethodGet:
		ids, err := s.acknowledged(request.Context())
		if err != nil {
			s.refuse(response, http.StatusInternalServerError, err)
			return
		}
		s.answer(response, http.StatusOK, map[string]any{"ids": ids})
	default:
		s.refuse(response, http.StatusMethodNotAllowed, errors.New("POST an id, or GET them all"))
	}
}

func (s *server) acknowledged(parent context.Context) ([]string, error) {
	var ids []string
	err := s.database.within(parent, func(limited context.Context, db *sql.DB) error {
		ids = []string{}
		found, err := db.QueryContext(limited, "SELECT id FROM acknowledged ORDER BY number")
		if err != nil {
			return err
		}
		defer found.Close()
		for found.Next() {
			var id string
			if err := found.Scan(&id); err != nil {
				return err
			}
			ids = append(ids, id)
		}
		return found.Err()
	})
	return ids, err
}
