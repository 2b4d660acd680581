package register

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// maxCheckpoint bounds a checkpoint with its signatures, in bytes.
const maxCheckpoint = 64 << 10

// Checkpoint is the state of a log: how many leaves, and the root over them.
// Signed, it is a promise that whoever holds it can bring against the log.
type Checkpoint struct {
	Origin string
	Size   int64
	Root   tlog.Hash
}

// Text is the body of the note that is signed: C2SP tlog-checkpoint without
// extension lines, which monitors could not audit.
func (c Checkpoint) Text() string {
	return fmt.Sprintf("%s\n%d\n%s\n", c.Origin, c.Size, formatBase64(c.Root[:]))
}

func (c Checkpoint) validate() error {
	switch {
	case !validOrigin(c.Origin):
		return &FormError{"checkpoint", "origin", "empty, too long, or has a space, a plus or a character not in ASCII"}
	case c.Size < 0 || c.Size > maxCount:
		return &FormError{"checkpoint", "size", "out of bounds"}
	case c.Size == 0 && c.Root != sha256.Sum256(nil):
		return &FormError{"checkpoint", "root", "the empty tree has one root only"}
	}
	return nil
}

// Sign writes the signed note. A second signer is for the change of a key
// (register P26): the checkpoint that contains the act chiave is signed by both.
// A receipt takes one signature only.
func (c Checkpoint) Sign(signers ...note.Signer) ([]byte, error) {
	if err := c.validate(); err != nil {
		return nil, err
	}
	for _, s := range signers {
		if s.Name() != c.Origin {
			return nil, &FormError{"checkpoint", "origin", fmt.Sprintf("%q is not the name of the key, %q", c.Origin, s.Name())}
		}
	}
	msg, err := note.Sign(&note.Note{Text: c.Text()}, signers...)
	if err != nil {
		return nil, fmt.Errorf("checkpoint of %s at %d: %w", c.Origin, c.Size, err)
	}
	return msg, nil
}

// OpenCheckpoint reads a checkpoint and requires that a key of verifiers with the
// name of its origin signed it. Signatures of unknown keys are passed over, as
// C2SP asks: they may be witnesses, or a newer key.
func OpenCheckpoint(msg []byte, verifiers note.Verifiers) (Checkpoint, error) {
	c, err := ParseCheckpoint(msg)
	if err != nil {
		return Checkpoint{}, err
	}
	n, err := note.Open(msg, verifiers)
	if err != nil {
		return Checkpoint{}, fmt.Errorf("checkpoint of %s at %d: %w", c.Origin, c.Size, err)
	}
	for _, s := range n.Sigs {
		if s.Name == c.Origin {
			return c, nil
		}
	}
	return Checkpoint{}, fmt.Errorf("checkpoint of %s at %d: %w", c.Origin, c.Size, &note.UnverifiedNoteError{Note: n})
}

// ParseCheckpoint reads a checkpoint without checking who signed it.
func ParseCheckpoint(msg []byte) (Checkpoint, error) {
	c, _, err := splitCheckpoint(msg)
	return c, err
}

// splitCheckpoint reads a checkpoint and counts its signature lines. It is
// stricter than note.Open, which lets pass base64 with stray bits.
func splitCheckpoint(msg []byte) (Checkpoint, int, error) {
	if len(msg) > maxCheckpoint {
		return Checkpoint{}, 0, &FormError{"checkpoint", "", "longer than 64 KiB"}
	}
	text, sigs, ok := bytes.Cut(msg, []byte("\n\n"))
	if !ok {
		return Checkpoint{}, 0, &FormError{"checkpoint", "", "no blank line before the signatures"}
	}
	c, err := parseCheckpointText(string(text))
	if err != nil {
		return Checkpoint{}, 0, err
	}
	count := 0
	for line := range strings.Lines(string(sigs)) {
		if !validSignatureLine(line) {
			return Checkpoint{}, 0, &FormError{"checkpoint", "signature", "malformed line"}
		}
		count++
	}
	if count == 0 {
		return Checkpoint{}, 0, &FormError{"checkpoint", "signature", "missing"}
	}
	return c, count, nil
}

func parseCheckpointText(text string) (Checkpoint, error) {
	lines := strings.Split(text, "\n")
	if len(lines) != 3 {
		return Checkpoint{}, &FormError{"checkpoint", "", "not three lines: origin, size, root"}
	}
	size, err := parseDecimal(lines[1])
	if err != nil {
		return Checkpoint{}, &FormError{"checkpoint", "size", err.Error()}
	}
	root, err := parse32(lines[2])
	if err != nil {
		return Checkpoint{}, &FormError{"checkpoint", "root", err.Error()}
	}
	c := Checkpoint{lines[0], size, root}
	return c, c.validate()
}

// validSignatureLine checks "— name base64\n" (C2SP signed-note): four bytes of
// key hash, then the signature.
func validSignatureLine(line string) bool {
	rest, ok := strings.CutPrefix(line, "— ")
	rest, ended := strings.CutSuffix(rest, "\n")
	name, sig, _ := strings.Cut(rest, " ")
	raw, err := parseBase64(sig)
	return ok && ended && validOrigin(name) && err == nil && len(raw) > 4
}

// GenerateKey makes the Ed25519 key of the log called origin, as the two texts of
// the note format: the signer stays on the server, the verifier is published.
func GenerateKey(rand io.Reader, origin string) (signer, verifier string, err error) {
	if !validOrigin(origin) {
		return "", "", &FormError{"key", "origin", fmt.Sprintf("%q cannot name a log", origin)}
	}
	return note.GenerateKey(rand, origin)
}

// parseKey reads a verifier key in its one spelling: note.NewVerifier alone would
// take the key hash in capitals too.
func parseKey(key string) (note.Verifier, error) {
	v, err := note.NewVerifier(key)
	if err != nil {
		return nil, &FormError{"key", "", err.Error()}
	}
	public, ok := strings.CutPrefix(key, fmt.Sprintf("%s+%08x+", v.Name(), v.KeyHash()))
	if _, err := parseBase64(public); !ok || err != nil || !validOrigin(v.Name()) {
		return nil, &FormError{"key", "", "not the canonical spelling"}
	}
	return v, nil
}
