package register

import (
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
)

func verifiers(t testing.TB, keys ...string) note.Verifiers {
	t.Helper()
	var list []note.Verifier
	for _, key := range keys {
		v, err := parseKey(key)
		must(t, err)
		list = append(list, v)
	}
	return note.VerifierList(list...)
}

func TestCheckpointOpensWithTheKeyOfItsLogOnly(t *testing.T) {
	log, other, stranger := newLog(t, origin, "a"), newLog(t, origin, "b"), newLog(t, "altro.it/registro", "c")
	log.add(0)
	want, msg := log.checkpoint(1)
	if got, err := OpenCheckpoint(msg, verifiers(t, log.key, stranger.key)); err != nil || got != want {
		t.Errorf("OpenCheckpoint = %v, %v, want %v", got, err, want)
	}
	both, err := want.Sign(log.signer, other.signer)
	must(t, err)
	for _, key := range []string{log.key, other.key} {
		if got, err := OpenCheckpoint(both, verifiers(t, key)); err != nil || got != want {
			t.Errorf("signed by old and new key: OpenCheckpoint = %v, %v, want %v", got, err, want)
		}
	}
	for name, keys := range map[string][]string{"no key": nil, "another key": {other.key}, "another log": {stranger.key}} {
		if _, err := OpenCheckpoint(msg, verifiers(t, keys...)); err == nil {
			t.Errorf("%s: OpenCheckpoint = nil error", name)
		}
	}
	// A note about our log that only another log signed says nothing of ours.
	foreign, err := note.Sign(&note.Note{Text: want.Text()}, stranger.signer)
	must(t, err)
	if _, err := OpenCheckpoint(foreign, verifiers(t, stranger.key)); err == nil {
		t.Error("a checkpoint signed by another log opened")
	}
	if _, err := want.Sign(stranger.signer); err == nil {
		t.Error("a log signed a checkpoint of another")
	}
}

func TestCheckpointHasOneSpelling(t *testing.T) {
	log := newLog(t, origin, "a")
	log.add(0)
	c, good := log.checkpoint(1)
	root := formatBase64(c.Root[:])
	for _, tt := range []struct{ name, old, new string }{
		{"no origin", origin + "\n1", "\n1"},
		{"origin with a space", origin + "\n1", "a b\n1"},
		{"leading zero", "\n1\n", "\n01\n"},
		{"empty tree with a root", "\n1\n", "\n0\n"},
		{"stray bits in the root", root, root[:42] + string(root[42]+1) + "="},
		{"extension line", root + "\n", root + "\nnota\n"},
		{"carriage return", root + "\n", root + "\r\n"},
		{"no signature", "\n\n— ", "\n\n"},
		{"hyphen for dash", "— ", "- "},
		{"two spaces", "— ", "—  "},
	} {
		if got, err := ParseCheckpoint(edited(t, good, tt.old, tt.new)); !isForm(err) {
			t.Errorf("%s: ParseCheckpoint = %v, %v, want a FormError", tt.name, got, err)
		}
	}
	if _, err := ParseCheckpoint(append(good, '\n')); !isForm(err) {
		t.Errorf("blank line at the end: err = %v, want a FormError", err)
	}
	if _, err := ParseCheckpoint([]byte(c.Text() + "\n")); !isForm(err) {
		t.Errorf("no signatures: err = %v, want a FormError", err)
	}
	if _, err := ParseCheckpoint([]byte(strings.Repeat(string(good), 1000))); !isForm(err) {
		t.Errorf("65 KiB: err = %v, want a FormError", err)
	}
}

func TestKeyHasOneSpelling(t *testing.T) {
	key := newLog(t, origin, "a").key
	hash := strings.Split(key, "+")[1]
	for name, bad := range map[string]string{
		"hash in capitals": strings.Replace(key, hash, strings.ToUpper(hash), 1),
		"line end":         key + "\n",
		"other name":       "x" + key,
		"cut":              key[:len(key)-4],
	} {
		if _, err := parseKey(bad); err == nil {
			t.Errorf("%s: parseKey(%q) = nil error", name, bad)
		}
	}
	if _, _, err := GenerateKey(random("x"), "con spazio"); !isForm(err) {
		t.Errorf("GenerateKey for an origin with a space: %v, want a FormError", err)
	}
}

// TestKeyMayHoldAPlus: the separator of the parts is also a digit of base64.
func TestKeyMayHoldAPlus(t *testing.T) {
	for i := range 100 {
		key := newLog(t, origin, string(rune('A'+i))).key
		if _, err := parseKey(key); err != nil {
			t.Errorf("parseKey(%q) = %v", key, err)
		}
	}
}
