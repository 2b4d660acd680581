package register

import (
	"bytes"
	"fmt"
	"os/exec"
	"strings"
	"testing"
)

// secondOpinion asks verify/verifica.mjs about many files in one process and
// returns its codes.
func secondOpinion(t *testing.T, files []NamedFile, keys ...string) []Code {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Fatal("the second verifier needs Node.js 20 or newer: no node in PATH")
	}
	args := []string{"../../verify/verifica.mjs", "--each"}
	for _, key := range keys {
		args = append(args, "--key", key)
	}
	var in, out, complaint bytes.Buffer
	for _, f := range files {
		in.WriteString(formatBase64(f.Data) + "\n")
	}
	cmd := exec.CommandContext(t.Context(), node, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = &in, &out, &complaint
	if err := cmd.Run(); cmd.ProcessState == nil || complaint.Len() > 0 {
		t.Fatalf("verifica.mjs: %v\n%s", err, &complaint)
	}
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	if len(lines) != len(files) {
		t.Fatalf("verifica.mjs judged %d files of %d", len(lines), len(files))
	}
	codes := make([]Code, len(files))
	for i, line := range lines {
		if _, err := fmt.Sscanf(line, "%d\t", &codes[i]); err != nil {
			t.Fatalf("verifica.mjs printed %q: %v", line, err)
		}
	}
	return codes
}

// firstOpinion verifies each file by itself.
func firstOpinion(files []NamedFile, keys ...string) []Code {
	codes := make([]Code, len(files))
	for i, f := range files {
		codes[i] = Verify([]NamedFile{f}, Options{Keys: keys}).Code
	}
	return codes
}

// refusedByBoth fails for each file that either verifier accepts, and for each on
// which they differ: two programs that disagree are no use to a judge.
func refusedByBoth(t *testing.T, files []NamedFile, keys ...string) {
	t.Helper()
	ours, theirs := firstOpinion(files, keys...), secondOpinion(t, files, keys...)
	for i, f := range files {
		if ours[i] != NotValid && ours[i] != Unreadable {
			t.Errorf("%s: concerto verify accepts it with code %d", f.Name, ours[i])
		}
		if theirs[i] != ours[i] {
			t.Errorf("%s: concerto verify says %d, verifica.mjs says %d", f.Name, ours[i], theirs[i])
		}
	}
}

// oneBitMutants are all the files that differ from text in one bit.
func oneBitMutants(text []byte) []NamedFile {
	var files []NamedFile
	for i := range text {
		for bit := range 8 {
			m := bytes.Clone(text)
			m[i] ^= 1 << bit
			files = append(files, NamedFile{fmt.Sprintf("bit %d of byte %d, %q", bit, i, text[i]), m})
		}
	}
	return files
}

// TestNoBitOfAReceiptCanChange is the promise of the register (figure F8): both
// verifiers accept a receipt and refuse every file one bit away from it, whether
// or not they were told which key to trust.
func TestNoBitOfAReceiptCanChange(t *testing.T) {
	log := newLog(t, origin, "promise")
	for range 100 {
		log.add(1)
	}
	receipt, proof := log.receiptFile(100, 41), log.proofFile(100, 41)
	for _, tt := range []struct {
		name string
		file []byte
		keys []string
		want Code
		min  int // mutants
	}{
		{"receipt, trusted key", receipt, []string{log.key}, Valid, 10_000},
		{"receipt, no key", receipt, nil, NotAnchored, 10_000},
		{"proof, trusted key", proof, []string{log.key}, Valid, 5_000},
	} {
		t.Run(tt.name, func(t *testing.T) {
			whole := []NamedFile{{tt.name, tt.file}}
			ours, theirs := firstOpinion(whole, tt.keys...), secondOpinion(t, whole, tt.keys...)
			if ours[0] != tt.want || theirs[0] != tt.want {
				t.Fatalf("unchanged: concerto verify says %d, verifica.mjs says %d, want %d", ours[0], theirs[0], tt.want)
			}
			mutants := oneBitMutants(tt.file)
			if len(mutants) < tt.min {
				t.Fatalf("%d mutants, want %d or more", len(mutants), tt.min)
			}
			refusedByBoth(t, mutants, tt.keys...)
			t.Logf("mutants=%d refused by both", len(mutants))
		})
	}
}
