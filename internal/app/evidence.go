package app

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"strings"
	"time"

	"concerto/internal/store/q"
)

// Evidence is what an auditor takes away to check without this program: the leaves
// of the register, which hold no personal datum but only commitments, its signed
// checkpoint and key, and tables of exceptions and accesses. A manifest with the
// SHA-256 sum of each file is signed with the key of the log.

// EvidenceManifest is the name of the manifest in the archive, a signed note.
const EvidenceManifest = "somme.note"

// EvidenceFile is a file that is put beside the register.
type EvidenceFile struct {
	Name    string
	Content []byte
}

// Evidence writes the archive of an Ambito's register, with some files more. Who
// took it and when is in the signed manifest (P27).
func (a *App) Evidence(ctx context.Context, who Actor, ambito string, more []EvidenceFile, w io.Writer) error {
	if !who.is(oversight...) {
		return ErrForbidden
	}
	log, err := a.Store.Read().Log(ctx, ambito)
	if err != nil {
		return fmt.Errorf("log of %s: %w", ambito, found(err))
	}
	cp, err := a.Store.Read().LastCheckpoint(ctx, ambito)
	if err != nil {
		return found(err)
	}
	at := a.Now().UTC()
	b := &evidence{zip: zip.NewWriter(w), at: at}
	fmt.Fprintf(&b.sums, "Somme SHA-256 di un estratto del registro\n%s\nestratto da %s il %s\n\n", log.Origin, nameOnLine(who), stamp(at))
	b.add("checkpoint", cp.Note)
	b.add("chiave", []byte(log.Key+"\n"))
	for _, f := range more {
		b.add(f.Name, f.Content)
	}
	if err := b.leaves(ctx, a, ambito, cp.Size); err != nil {
		return err
	}
	signed, err := a.Store.SignText(ctx, ambito, b.sums.String())
	if err != nil {
		return err
	}
	b.add(EvidenceManifest, signed)
	if b.err != nil {
		return b.err
	}
	return b.zip.Close()
}

// nameOnLine is who asks, on one line: a name cannot make up sums.
func nameOnLine(who Actor) string {
	return strings.Join(strings.Fields(fmt.Sprintf("%s (%s)", who.Name, who.Role)), " ")
}

// evidence is an archive in the making.
type evidence struct {
	zip  *zip.Writer
	at   time.Time
	sums strings.Builder
	err  error // the first one
}

func (b *evidence) add(name string, content []byte) {
	if b.err != nil {
		return
	}
	w, err := b.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: b.at})
	if err == nil {
		_, err = w.Write(content)
	}
	b.err = err
	fmt.Fprintf(&b.sums, "%x  %s\n", sha256.Sum256(content), name)
}

// leaves adds each leaf under the checkpoint, byte for byte: the hash of a zero byte
// and these bytes is what the tree is made of.
func (b *evidence) leaves(ctx context.Context, a *App, ambito string, size int64) error {
	for next := int64(0); next < size && b.err == nil; {
		acts, err := a.Store.Read().ActsFrom(ctx, q.ActsFromParams{Ambito: ambito, N: next, Limit: auditStep})
		if err != nil {
			return err
		}
		if len(acts) == 0 {
			return fmt.Errorf("log of %s: act %d is missing", ambito, next)
		}
		for _, act := range acts {
			if act.N < size {
				b.add(fmt.Sprintf("foglie/%08d.txt", act.N), act.Leaf)
			}
		}
		next += int64(len(acts))
	}
	return b.err
}
