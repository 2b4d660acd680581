package inside

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"concerto/internal/app"
)

// OpenFolder opens the data folder of an instance that was stopped, with the key
// that is in it, on SQLite and under the machine's clock.
func OpenFolder(ctx context.Context, dir string) (*Site, error) {
	keys, err := filepath.Glob(filepath.Join(dir, "keys", "*.key"))
	if err != nil {
		return nil, err
	}
	if len(keys) != 1 {
		return nil, fmt.Errorf("%s holds the keys %v, want one", dir, keys)
	}
	text, err := os.ReadFile(keys[0])
	if err != nil {
		return nil, err
	}
	secret, public, _ := strings.Cut(strings.TrimSpace(string(text)), "\n")
	signer, err := note.NewSigner(secret)
	if err != nil {
		return nil, err
	}
	return Open(ctx, Config{Database: filepath.Join(dir, "concerto.db"), Guard: filepath.Join(dir, "guard-1"), Now: time.Now, Key: &Key{signer, public}})
}

// EraseSheet has the head of the office erase an adhesion, and returns the proof of
// the erasure: what somebody might have kept of it.
func (s *Site) EraseSheet(ctx context.Context, code string) (proof []byte, err error) {
	at := app.Arrival{ReceivedAt: s.Config.Now()}
	if err := s.Erase(ctx, app.Actor{Role: app.Head, Person: "head"}, Ambito, code, "Richiesta dell’interessato.", at); err != nil {
		return nil, err
	}
	row, err := s.Store.Read().Log(ctx, Ambito)
	if err != nil {
		return nil, err
	}
	receipt, err := s.Store.ReceiptOf(ctx, Ambito, row.Size-1)
	if err != nil {
		return nil, err
	}
	return receipt.Proof.Marshal()
}
