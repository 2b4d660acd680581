package app

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"concerto/internal/register"
	"concerto/internal/store"
	"concerto/internal/store/q"
)

// sweep takes out of the work tables what was still about erased matters: messages,
// drafts, sign-ins of addresses that nobody has any more, bytes of attachments that
// nothing names. None of it is an act.
func (a *App) sweep(ctx context.Context, tx *store.Tx, matters []string, theirs mentions) error {
	for _, m := range matters {
		if err := tx.EraseMessages(ctx, q.EraseMessagesParams{Ambito: tx.Ambito, Matter: m}); err != nil {
			return err
		}
		if err := tx.DeleteErasureRequest(ctx, q.DeleteErasureRequestParams{Ambito: tx.Ambito, Matter: m}); err != nil {
			return err
		}
	}
	var unknown []string
	for _, email := range theirs.emails {
		known, err := a.lookUp(ctx, tx.Queries, email)
		if err != nil {
			return err
		}
		if !known.ok {
			unknown = append(unknown, email)
		}
	}
	for _, email := range unknown {
		if err := tx.EraseMessagesTo(ctx, q.EraseMessagesToParams{Ambito: tx.Ambito, Recipient: email}); err != nil {
			return err
		}
		if err := tx.EraseLoginLinks(ctx, email); err != nil {
			return err
		}
		if err := tx.EraseSessions(ctx, email); err != nil {
			return err
		}
	}
	if err := sweepDrafts(ctx, tx, matters, unknown); err != nil {
		return err
	}
	return sweepBlobs(ctx, tx, theirs.blobs)
}

// sweepDrafts erases corrections of erased sheets, and drafts that hold an address
// that nobody has any more.
func sweepDrafts(ctx context.Context, tx *store.Tx, matters, emails []string) error {
	drafts, err := tx.DraftsOfAmbito(ctx, tx.Ambito)
	if err != nil {
		return err
	}
	for _, d := range drafts {
		theirs := slices.Contains(matters, d.Corrects) || slices.ContainsFunc(emails, func(e string) bool { return strings.Contains(d.Answers, e) })
		if !theirs {
			continue
		}
		if err := tx.DeleteDraft(ctx, q.DeleteDraftParams{Ambito: tx.Ambito, ID: d.ID}); err != nil {
			return err
		}
		if err := tx.EraseMessages(ctx, q.EraseMessagesParams{Ambito: tx.Ambito, Matter: d.ID}); err != nil {
			return err
		}
	}
	return nil
}

// sweepBlobs erases the bytes of attachments that nothing names any more: not those
// that came a moment ago and wait for their act.
func sweepBlobs(ctx context.Context, tx *store.Tx, sums []string) error {
	drafts, err := tx.DraftsOfAmbito(ctx, tx.Ambito)
	if err != nil {
		return err
	}
	kept := map[string]bool{}
	for _, d := range drafts {
		var files []File
		if err := json.Unmarshal([]byte(d.Files), &files); err != nil {
			return fmt.Errorf("files of draft: %w", err)
		}
		for _, f := range files {
			kept[fmt.Sprintf("%x", f.SHA256)] = true
		}
	}
	for _, sum := range sums {
		n, err := tx.CountAttachmentsOf(ctx, q.CountAttachmentsOfParams{Ambito: tx.Ambito, Sha256: sum})
		if err != nil {
			return err
		}
		if n > 0 || kept[sum] {
			continue
		}
		if err := tx.DeleteBlob(ctx, q.DeleteBlobParams{Ambito: tx.Ambito, Sha256: sum}); err != nil {
			return err
		}
	}
	return nil
}

// importErasure brings back an erasure after the backup, and does again what it did.
func (a *App) importErasure(ctx context.Context, tx *store.Tx, row q.Act) error {
	var b erasureBody
	if err := decodeBody(row, &b); err != nil {
		return err
	}
	var told []q.Act
	for _, m := range b.Matters {
		acts, err := tx.ActsOnMatter(ctx, q.ActsOnMatterParams{Ambito: tx.Ambito, Matter: m})
		if err != nil {
			return err
		}
		told = append(told, acts...)
	}
	if err := a.apply(ctx, tx.Queries, row); err != nil {
		return err
	}
	return a.sweep(ctx, tx, b.Matters, namedIn(told))
}

// recallKnown learns from an erasure that a restore knows of what the acts it erased
// still say, before they are brought back without content.
func (a *App) recallKnown(ambito string, k KnownAct) error {
	leaf, err := register.ParseLeaf(k.Leaf)
	if err != nil || leaf.Kind != actErasure || len(k.Opening.Body) == 0 {
		return err
	}
	act := q.Act{Ambito: ambito, N: leaf.N}
	act.Body.String, act.Body.Valid = string(k.Opening.Body), true
	return a.recallAll([]q.Act{act})
}

// ReapplyErasures makes sure that nothing of what the register says was erased is in
// the database any more. A restore calls it when it has brought back the acts after
// the backup; doing it again changes nothing.
func (a *App) ReapplyErasures(ctx context.Context) error {
	ambiti, err := a.Ambiti(ctx)
	if err != nil {
		return err
	}
	for _, x := range ambiti {
		err := a.Store.Update(ctx, x.ID, func(tx *store.Tx) error {
			erasures, err := tx.Erasures(ctx, x.ID)
			if err != nil || len(erasures) == 0 {
				return err
			}
			var matters []string
			var theirs []q.Act
			for _, e := range erasures {
				matters = append(matters, e.Matter)
				acts, err := tx.ActsOnMatter(ctx, q.ActsOnMatterParams{Ambito: x.ID, Matter: e.Matter})
				if err != nil {
					return err
				}
				theirs = append(theirs, acts...)
				if err := tx.EraseActs(ctx, q.EraseActsParams{Ambito: x.ID, Matter: e.Matter, N: e.Act}); err != nil {
					return err
				}
			}
			return a.sweep(ctx, tx, matters, namedIn(theirs))
		})
		if err != nil {
			return fmt.Errorf("ambito %s: %w", x.ID, err)
		}
	}
	return nil
}
