package app

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"concerto/internal/pdz"
	"concerto/internal/store/q"
)

// BodyLine is a body in the list of those that an Ambito knows.
type BodyLine struct {
	ID, Name, TaxCode, Nature, Category string
	Sheets, People                      int  // adhesions over all processes; people acting for it now
	Waiting                             bool // somebody waits for the office to confirm their mandate
	Gone                                bool // found to be another one
}

// Bodies lists the bodies of an Ambito by name, and those alone whose name or tax
// code holds what is sought.
func (a *App) Bodies(ctx context.Context, who Actor, ambito, sought string) ([]BodyLine, error) {
	if !who.is(Officer, Head, Auditor) {
		return nil, ErrForbidden
	}
	r, now := a.Store.Read(), a.Now().UnixMicro()
	rows, err := r.Parties(ctx, q.PartiesParams{FromUs: now, ToUs: now, Ambito: ambito})
	if err != nil {
		return nil, err
	}
	merges, err := r.Merges(ctx, ambito)
	if err != nil {
		return nil, err
	}
	sought = sortKey(strings.TrimSpace(sought))
	var out []BodyLine
	for _, x := range rows {
		if sought != "" && !strings.Contains(x.SortKey, sought) && !strings.Contains(strings.ToLower(x.TaxCode), sought) {
			continue
		}
		out = append(out, BodyLine{ID: x.ID, Name: x.Name, TaxCode: x.TaxCode, Nature: x.Nature, Category: x.Category,
			Sheets: int(x.Sheets), People: int(x.People), Waiting: x.Waiting > 0,
			Gone: slices.ContainsFunc(merges, func(m q.PartyMerge) bool { return m.Gone == x.ID })})
	}
	return out, nil
}

// BodyView is a body as the office sees it.
type BodyView struct {
	BodyLine
	ConstitutedOn string
	Mandates      []MandateView // all, with those that ended
	Adhesions     []HomeSheet   // newest first, over processes and years
	Merges        []MergeView   // it took part in
}

// Body returns a body with its people and what it is in.
func (a *App) Body(ctx context.Context, who Actor, ambito, id string) (*BodyView, error) {
	if !who.is(Officer, Head, Auditor) {
		return nil, ErrForbidden
	}
	r, now := a.Store.Read(), a.Now()
	row, err := r.Party(ctx, q.PartyParams{Ambito: ambito, ID: id})
	if err != nil {
		return nil, fmt.Errorf("party %s: %w", id, found(err))
	}
	v := &BodyView{BodyLine: BodyLine{ID: id, Name: row.Name, TaxCode: row.TaxCode, Nature: row.Nature, Category: row.Category},
		ConstitutedOn: row.ConstitutedOn}
	if v.Mandates, err = mandatesOfParty(ctx, r, ambito, id); err != nil {
		return nil, err
	}
	for _, m := range v.Mandates {
		v.Waiting = v.Waiting || m.State(now) == pdz.MandateWaiting
	}
	sheets, err := r.AdhesionsOfParty(ctx, q.AdhesionsOfPartyParams{Ambito: ambito, Party: id})
	if err != nil {
		return nil, err
	}
	for _, x := range slices.Backward(sheets) {
		s, err := a.homeSheet(ctx, r, ambito, x.Code)
		if err != nil {
			return nil, err
		}
		v.Adhesions = append(v.Adhesions, *s)
	}
	merges, err := a.Merges(ctx, who, ambito)
	for _, m := range merges {
		if m.GoneID == id || m.KeptID == id {
			v.Merges = append(v.Merges, m)
			v.Gone = v.Gone || m.GoneID == id
		}
	}
	return v, err
}
