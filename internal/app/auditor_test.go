package app_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"concerto/internal/app"
	"concerto/internal/pdz"
	"concerto/internal/register"
)

var theAuditor = app.Actor{Role: app.Auditor, Person: "auditor", Name: "Pietro Bruno"}

// TestTheAuditorFindsWhatDepartedFromTheRule checks that each exception is there
// with who answers for it.
func TestTheAuditorFindsWhatDepartedFromTheRule(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		everyTable(t, w)
		found, err := w.Exceptions(t.Context(), theAuditor, "lecce")
		if err != nil {
			t.Fatal(err)
		}
		for _, kind := range []app.ExceptionKind{app.SecondHand, app.Amended, app.Merged, app.Erased} {
			if !slices.ContainsFunc(found, func(e app.Exception) bool { return e.Kind == kind }) {
				t.Errorf("no exception of kind %s among %d", kind, len(found))
			}
		}
		for _, e := range found {
			if e.At.IsZero() || e.Officer == "" && e.Role == "" {
				t.Errorf("exception %s of act %d: instant %v, officer %q, role %q", e.Kind, e.Act, e.At, e.Officer, e.Role)
			}
			if e.Kind == app.SecondHand && (e.Gap <= 0 || e.Second == "" != e.Waits || e.Second == e.Officer) {
				t.Errorf("second officer: gap %v, %q then %q, waits %v", e.Gap, e.Officer, e.Second, e.Waits)
			}
		}
		if !slices.IsSortedFunc(found, func(x, y app.Exception) int { return y.At.Compare(x.At) }) {
			t.Error("the exceptions are not newest first")
		}
	})
}

func TestWhoReadsPersonalDataIsNoted(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		ctx := t.Context()
		sheet := w.adhere(t, "Cooperativa Alba", "01234567897", "alba@alba.example", w.clock())
		why := "esame di una scheda"
		for i, who := range []app.Actor{{Role: app.Officer, Person: "first"}, {Role: app.Auditor, Person: "auditor"}, {Role: app.Officer, Person: "first"}} {
			w.set(at("2013-10-19T09:00:00.000").AddDate(0, 0, i))
			if err := w.NoteAccess(ctx, who, "lecce", "/ufficio/lecce/percorsi/2014-2016/adesioni/"+sheet.Code, why); err != nil {
				t.Fatal(err)
			}
		}
		for _, tt := range []struct {
			name   string
			f      app.AccessFilter
			n, got int
		}{
			{"everything", app.AccessFilter{Limit: 10}, 3, 3},
			{"second page", app.AccessFilter{Limit: 2, Offset: 2}, 3, 1},
			{"one person", app.AccessFilter{Person: "first", Limit: 10}, 2, 2},
			{"one day", app.AccessFilter{Day: pdz.Date{Year: 2013, Month: time.October, Day: 20}, Limit: 10}, 1, 1},
			{"nobody", app.AccessFilter{Person: "x' OR '1'='1", Limit: 10}, 0, 0},
		} {
			rows, n, err := w.Accesses(ctx, theAuditor, "lecce", tt.f)
			if err != nil {
				t.Fatal(err)
			}
			if n != tt.n || len(rows) != tt.got {
				t.Errorf("%s: %d of %d, want %d of %d", tt.name, len(rows), n, tt.got, tt.n)
			}
			for _, v := range rows {
				if v.Number != sheet.Number || v.Why != why || v.ByOneself != (v.Person == "auditor") {
					t.Errorf("%s: %+v, want sheet %s and %q", tt.name, v, sheet.Number, why)
				}
			}
		}
		if _, n, _ := w.Accesses(ctx, theAuditor, "gemella", app.AccessFilter{Limit: 10}); n != 0 {
			t.Errorf("%d accesses of another Ambito", n)
		}
		if err := w.NoteAccess(ctx, app.Actor{Role: app.Officer}, "lecce", "/x", why); !errors.Is(err, app.ErrForbidden) {
			t.Errorf("somebody without a name: %v, want ErrForbidden", err)
		}
		if err := w.NoteAccess(ctx, theAuditor, "altrove", "/x", why); !errors.Is(err, app.ErrNotFound) {
			t.Errorf("no such Ambito: %v, want ErrNotFound", err)
		}
	})
}

func TestOnlyWhoOverseesSeesTheControls(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		ctx := t.Context()
		for _, role := range []app.Role{app.Anonymous, app.LinkHolder, app.SignedIn, app.Delegate, app.HelpDesk, app.Officer, app.Facilitator, app.Governing, app.Union, app.Operator} {
			who := app.Actor{Role: role, Person: "somebody"}
			_, exceptions := w.Exceptions(ctx, who, "lecce")
			_, acts := w.RegisterActs(ctx, who, "lecce")
			_, _, accesses := w.Accesses(ctx, who, "lecce", app.AccessFilter{})
			_, persons := w.AccessPersons(ctx, who, "lecce")
			_, state := w.Verification(who, "lecce")
			for what, err := range map[string]error{"exceptions": exceptions, "acts": acts, "accesses": accesses, "persons": persons, "verification": state,
				"verify": w.Verify(ctx, who, "lecce"), "evidence": w.Evidence(ctx, who, "lecce", nil, io.Discard)} {
				if !errors.Is(err, app.ErrForbidden) {
					t.Errorf("%s as %s: %v, want ErrForbidden", what, role, err)
				}
			}
		}
	})
}

// verified waits for a verification to end.
func (w *world) verified(t *testing.T) app.VerificationView {
	t.Helper()
	if err := w.Verify(t.Context(), theAuditor, "lecce"); err != nil {
		t.Fatal(err)
	}
	for range 3000 {
		v, err := w.Verification(theAuditor, "lecce")
		if err != nil {
			t.Fatal(err)
		}
		if !v.Running {
			return v
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("the verification does not end")
	return app.VerificationView{}
}

func TestAVerificationCanBeLeftAndComeBackTo(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		w.adhere(t, "Cooperativa Alba", "01234567897", "alba@alba.example", w.clock())
		if v, err := w.Verification(theAuditor, "lecce"); err != nil || v.Running || v.Report != nil {
			t.Errorf("before the first one: %+v, %v", v, err)
		}
		v := w.verified(t)
		if v.Failed || v.Report == nil || !v.Report.OK() || v.Done != v.Total || v.Report.Acts != 2 || v.By != theAuditor.Name {
			t.Fatalf("a good register: %+v", v)
		}
		db := rawDB(t, w)
		undo := alter(t, db, "adhesion", "party_name")
		if v = w.verified(t); v.Failed || v.Report.OK() {
			t.Errorf("a row was changed and the verification found nothing: %+v", v)
		}
		undo()
	})
}

func TestTheEvidenceCanBeCheckedWithoutTheProgram(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		w.adhere(t, "Cooperativa Alba", "01234567897", "alba@alba.example", w.clock())
		var b bytes.Buffer
		more := []app.EvidenceFile{{Name: "accessi.csv", Content: []byte("chi;quando\r\n")}}
		who := theAuditor
		who.Name = "Pietro\n" + strings.Repeat("0", 64) + "  checkpoint"
		if err := w.Evidence(t.Context(), who, "lecce", more, &b); err != nil {
			t.Fatal(err)
		}
		files := unzipped(t, b.Bytes())
		for name, content := range files {
			if bytes.Contains(content, []byte("Alba")) || bytes.Contains(content, []byte("Marangio")) || bytes.Contains(content, []byte("alba@")) {
				t.Errorf("%s holds personal data", name)
			}
		}
		verifier, err := note.NewVerifier(strings.TrimSpace(string(files["chiave"])))
		if err != nil {
			t.Fatal(err)
		}
		signed, err := note.Open(files[app.EvidenceManifest], note.VerifierList(verifier))
		if err != nil {
			t.Fatal(err)
		}
		sums := map[string]string{}
		_, list, _ := strings.Cut(signed.Text, "\n\n")
		for line := range strings.Lines(list) {
			sum, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
			sums[name] = sum
		}
		delete(files, app.EvidenceManifest)
		if len(sums) != len(files) {
			t.Errorf("%d sums for %d files", len(sums), len(files))
		}
		for name, content := range files {
			if want := fmt.Sprintf("%x", sha256.Sum256(content)); sums[name] != want {
				t.Errorf("sum of %s: %q, want %s", name, sums[name], want)
			}
		}
		cp, err := register.OpenCheckpoint(files["checkpoint"], note.VerifierList(verifier))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := register.ParseCheckpoint([]byte(signed.Text)); err == nil {
			t.Error("the manifest passes for a checkpoint")
		}
		if got := rootOf(t, files); got != cp.Root {
			t.Errorf("root of the leaves %v, want %v", got, cp.Root)
		}
	})
}

func TestNothingLikeACheckpointIsSigned(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		if b, err := w.Store.SignText(t.Context(), "lecce", "concerto.example/registro\n9\nAAAA\n"); err == nil {
			t.Errorf("signed %q", b)
		}
	})
}

func unzipped(t *testing.T, archive []byte) map[string][]byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if out[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// rootOf computes the root of the tree over the leaves of an archive by RFC 6962,
// section 2.1, and by nothing of this program.
func rootOf(t *testing.T, files map[string][]byte) tlog.Hash {
	t.Helper()
	var names []string
	for name := range files {
		if path.Dir(name) == "foglie" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	var hashes []tlog.Hash
	for _, name := range names {
		hashes = append(hashes, sha256.Sum256(append([]byte{0}, files[name]...)))
	}
	return merkle(hashes)
}

func merkle(h []tlog.Hash) tlog.Hash {
	if len(h) == 1 {
		return h[0]
	}
	k := 1
	for k*2 < len(h) {
		k *= 2
	}
	l, r := merkle(h[:k]), merkle(h[k:])
	return sha256.Sum256(slices.Concat([]byte{1}, l[:], r[:]))
}
