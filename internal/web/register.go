package web

import (
	"errors"
	"net/http"
	"strings"

	"concerto/internal/app"
	"concerto/internal/register"
)

// registerPage shows the register of an Ambito: what anyone can check, and how.
type registerPage struct {
	Layout
	Size       int
	Root       string // base64
	Origin     string
	Key        string
	Checkpoint string
	Acts       []actView
}

// actView is an official act of the register.
type actView struct {
	Number    int64 // from 1, as people count; the log counts from 0
	Title     string
	When      string
	LeafHash  string
	CheckCode string
}

func (s *Site) register(r *http.Request) (*Content, error) {
	v, err := s.newest(r)
	if err != nil {
		return nil, err
	}
	ctx := r.Context()
	note, err := s.App.Checkpoint(ctx, v.AmbitoID)
	if err != nil {
		return nil, err
	}
	checkpoint, err := register.ParseCheckpoint(note)
	if err != nil {
		return nil, err
	}
	key, err := s.App.LogKey(ctx, v.AmbitoID)
	if err != nil {
		return nil, err
	}
	acts, err := s.App.OfficialActs(ctx, v.AmbitoID)
	if err != nil {
		return nil, err
	}
	p := &registerPage{Layout: s.layout(r, v), Size: int(checkpoint.Size), Root: checkpoint.Root.String(),
		Origin: checkpoint.Origin, Key: key, Checkpoint: string(note)}
	p.Current = p.AmbitoHref("registro/")
	p.Title = p.T("Registro degli atti")
	p.Description = p.T("Il registro in cui entra ogni atto del percorso, e come si verifica.")
	p.Crumbs = []Link{{Text: p.Title}}
	for _, a := range acts {
		p.Acts = append(p.Acts, actView{a.Index + 1, p.actTitle(a.Kind), p.DateHour(a.RegisteredAt.In(p.Now.Location())), a.LeafHash, a.CheckCode})
	}
	return &Content{Page: "register", Data: p}, nil
}

// actTitle names an official act.
func (l *Layout) actTitle(kind string) string {
	switch kind {
	case "avviso":
		return l.T("Pubblicazione dell’avviso")
	case "rettifica":
		return l.T("Rettifica dell’avviso")
	case "chiave":
		return l.T("Cambio della chiave del registro")
	}
	return kind
}

// checkpoint serves the newest signed checkpoint (C2SP tlog-checkpoint). Those
// who watch a log ask for it often, and must never get an old one.
func (s *Site) checkpoint(w http.ResponseWriter, r *http.Request) error {
	note, err := s.App.Checkpoint(r.Context(), r.PathValue("ambito"))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write(note) // fails only when the client went away
	return nil
}

// logKey serves the key that verifies the checkpoints.
func (s *Site) logKey(w http.ResponseWriter, r *http.Request) error {
	key, err := s.App.LogKey(r.Context(), r.PathValue("ambito"))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte(key + "\n")) // fails only when the client went away
	return nil
}

// tile serves a tile of hashes (C2SP tlog-tiles). A tile never changes once it
// exists, so it may be kept for ever.
func (s *Site) tile(w http.ResponseWriter, r *http.Request) error {
	path := r.PathValue("path")
	if strings.HasPrefix(path, "entries/") {
		return app.ErrNotFound // a leaf tells when and how somebody acted: only hashes are public
	}
	data, err := s.App.Tile(r.Context(), r.PathValue("ambito"), path)
	if err != nil {
		return errors.Join(app.ErrNotFound, err)
	}
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	w.Header().Set("Content-Type", "application/octet-stream")
	_, _ = w.Write(data) // fails only when the client went away
	return nil
}
