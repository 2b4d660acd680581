package store

import (
	"context"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// SignText signs a text with the key of an Ambito's log, as a signed note (C2SP
// signed-note). A text that could pass for a checkpoint of the log is refused: the
// key must never say of a register what the register does not say itself.
func (s *Store) SignText(ctx context.Context, ambito, text string) ([]byte, error) {
	log, err := s.Read().Log(ctx, ambito)
	if err != nil {
		return nil, err
	}
	if first, _, _ := strings.Cut(text, "\n"); first == log.Origin {
		return nil, fmt.Errorf("log %s: a text that begins like a checkpoint is not signed", log.Origin)
	}
	if s.cfg.Signer == nil {
		return nil, fmt.Errorf("log %s: no key to sign with", log.Origin)
	}
	signer, err := s.cfg.Signer(log.Origin)
	if err != nil {
		return nil, fmt.Errorf("key of log %s: %w", log.Origin, err)
	}
	return note.Sign(&note.Note{Text: text}, signer)
}
