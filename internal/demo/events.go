package demo

import (
	"cmp"
	"context"
	"fmt"
	"hash/fnv"
	"slices"
	"time"

	"concerto/internal/app"
	"concerto/internal/pdz"
	"concerto/internal/store"
	"concerto/internal/store/q"
)

// event is something that happens in the demo at an instant, by the same use case
// that a person's click would reach.
type event struct {
	at  time.Time
	key string // idempotency key: an event happens once, whichever instance enacts it
	do  func(context.Context) error
}

// events lays out what the content holds, in order of time.
func (d *Demo) events(p *pdz.Process, slug string) []event {
	out := append(d.staffEvents(), d.questionEvents(slug)...)
	recorded := map[string]time.Time{}
	for _, e := range d.content.Adhesions {
		at := e.RecordedAt
		if before, ok := recorded[e.RefersTo]; e.RefersTo != "" && (!ok || at.Before(before)) {
			at = d.recordedAt(e.RefersTo).Add(time.Second) // keyed in before the sheet it corrects: it waits for it
		}
		recorded[e.ID] = at
		out = append(out, event{at, "demo-" + e.ID, func(ctx context.Context) error { return d.enactEntry(ctx, p, slug, e, at) }})
		if e.Channel == "sito" && e.Kind == "scheda" {
			out = append(out, event{at.Add(confirmsAfter(e.ID)), "demo-conferma-" + e.ID, func(ctx context.Context) error { return d.enactConfirm(ctx, p, e) }})
		}
		if e.waitsForAnother(p, at) {
			out = append(out, event{at.Add(confirmsAfter(e.ID)), "demo-riscontro-" + e.ID, func(ctx context.Context) error { return d.enactCheck(ctx, p, e) }})
		}
	}
	slices.SortStableFunc(out, func(a, b event) int { return cmp.Compare(a.at.UnixNano(), b.at.UnixNano()) })
	return out
}

func (d *Demo) recordedAt(id string) time.Time {
	for _, e := range d.content.Adhesions {
		if e.ID == id {
			return e.RecordedAt
		}
	}
	return time.Time{}
}

// confirmsAfter is how long somebody takes to open the mail: from two to eleven minutes.
func confirmsAfter(id string) time.Duration {
	h := fnv.New32a()
	h.Write([]byte(id))
	return 2*time.Minute + time.Duration(h.Sum32()%540)*time.Second
}

const form = "scheda-adesione"

// enactEntry sends a sheet, a correction or a withdrawal. What came by the web
// was received when it arrived; what came otherwise was taken in by the office.
func (d *Demo) enactEntry(ctx context.Context, p *pdz.Process, slug string, e entry, at time.Time) error {
	who := app.Actor{Role: app.Anonymous}
	arrival := app.Arrival{Channel: channels[e.Channel], ReceivedAt: e.ArrivedAt}
	if e.RecordedBy != "" {
		who = app.Actor{Role: d.content.roleOf(e.RecordedBy), Person: e.RecordedBy}
		arrival.ReceivedAt, arrival.SourceAt = at, e.ArrivedAt
		if e.SentAt != nil {
			arrival.SentAt = *e.SentAt
		}
	}
	var code string
	if e.RefersTo != "" {
		var err error
		if code, err = d.codeOf(ctx, p, "demo-"+e.RefersTo); err != nil {
			return err
		}
		if who.Role == app.Anonymous {
			who = app.Actor{Role: app.LinkHolder, Matter: code}
		}
	}
	key := "demo-" + e.ID
	if e.Kind == "ritiro" {
		_, err := d.app.Withdraw(ctx, who, p.Ambito.ID, code, key, e.Note, arrival)
		return err
	}
	answers, err := d.content.answers(p, e)
	if err != nil {
		return err
	}
	in := app.AdhesionInput{Ambito: p.Ambito.ID, Process: slug, Form: form, Answers: answers, Key: key, Corrects: code, Arrival: arrival}
	if code != "" {
		in.Reason = e.Note
	}
	if answers.Get("ruolo") == "delegato" {
		deed, err := d.app.KeepFile(ctx, p.Ambito.ID, slug, form, "delega", "delega.pdf", deedOf(e))
		if err != nil {
			return err
		}
		in.Files = append(in.Files, deed)
	}
	if e.Channel == "fax" || e.Channel == "sportello" {
		scan, err := d.app.KeepScan(ctx, who, p.Ambito.ID, app.ScanSlot, "foglio.pdf", scanOf(e))
		if err != nil {
			return err
		}
		in.Files = append(in.Files, scan)
	}
	_, err = d.app.Adhere(ctx, who, in)
	return err
}

// enactConfirm opens the mail that carried the receipt and presses its button.
func (d *Demo) enactConfirm(ctx context.Context, p *pdz.Process, e entry) error {
	code, err := d.codeOf(ctx, p, "demo-"+e.ID)
	if err != nil {
		return err
	}
	v, err := d.app.Adhesion(ctx, app.Actor{Role: app.System}, p.Ambito.ID, code)
	if err != nil {
		return err
	}
	key := d.app.ConfirmKey(p.Ambito.ID, code, v.Email)
	_, err = d.app.ConfirmAddress(ctx, p.Ambito.ID, code, key, app.Arrival{Channel: "web", ReceivedAt: d.clock.Now()})
	return err
}

// codeOf finds the adhesion that an event made.
func (d *Demo) codeOf(ctx context.Context, p *pdz.Process, key string) (string, error) {
	v, err := d.store.Read().VersionByIdem(ctx, q.VersionByIdemParams{Ambito: p.Ambito.ID, Idem: key})
	if err == store.ErrNoRows {
		return "", app.ErrNotFound
	}
	return v.Code, err
}

// deedOf is the deed by which a body delegates who signs: one page that says it is
// invented.
func deedOf(e entry) []byte {
	return page(fmt.Sprintf("Delega inventata per la dimostrazione: %s, %s.", e.ID, e.Person))
}

// scanOf is the sheet as the fax printed it, or as it lay on the desk.
func scanOf(e entry) []byte {
	return page(fmt.Sprintf("Foglio inventato per la dimostrazione: scheda %s, arrivata il %s.", e.ID, e.ArrivedAt.Format("02/01/2006 15:04")))
}

// page is a PDF of one page with one line.
func page(line string) []byte {
	text := fmt.Sprintf("BT /F1 12 Tf 72 760 Td (%s) Tj ET", line)
	return fmt.Appendf(nil, "%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"+
		"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>endobj\n"+
		"4 0 obj<</Length %d>>stream\n%s\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%%%EOF\n", len(text), text)
}
