package app

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"concerto/internal/pdz"
	"concerto/internal/register"
	"concerto/internal/store"
	"concerto/internal/store/q"
)

// AmbitoView is an Ambito with something published.
type AmbitoView struct{ ID, Name string }

// ProcessView is a published process as anyone may see it. It carries no personal data.
type ProcessView struct {
	*pdz.Process
	AmbitoID  string // first element of every address
	Slug      string // "2014-2016"
	Published time.Time
	LastAct   int64 // index of the last act of the process: the version of what pages show

	Amendments []AmendmentView          // oldest first
	Was        map[string][]pdz.Moment  // closings that a window had before, oldest first, by its id
	Held       map[string][]pdz.Session // a session as it was before each time that its hour or place changed, oldest first, by its id
}

// ActView is an act of the register without its content.
type ActView struct {
	Index                    int64
	Kind, Process, Via       string
	ReceivedAt, RegisteredAt time.Time
	LeafHash                 string // base64
	CheckCode                string
}

// Ambiti returns those with something published, by id.
func (a *App) Ambiti(ctx context.Context) ([]AmbitoView, error) {
	rows, err := a.Store.Read().Ambiti(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]AmbitoView, len(rows))
	for i, r := range rows {
		out[i] = AmbitoView{r.ID, r.Name}
	}
	return out, nil
}

// Processes returns the published processes of an Ambito, newest first. It
// returns ErrNotFound when the Ambito has none.
func (a *App) Processes(ctx context.Context, ambito string) ([]ProcessView, error) {
	rows, err := a.Store.Read().Processes(ctx, ambito)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("ambito %s: %w", ambito, ErrNotFound)
	}
	out := make([]ProcessView, 0, len(rows))
	for _, r := range rows {
		v, err := a.processView(ctx, r)
		if err != nil {
			return nil, err
		}
		out = append(out, *v)
	}
	return out, nil
}

// Process returns one published process, or ErrNotFound.
func (a *App) Process(ctx context.Context, ambito, slug string) (*ProcessView, error) {
	row, err := a.Store.Read().Process(ctx, q.ProcessParams{Ambito: ambito, Slug: slug})
	if err != nil {
		return nil, fmt.Errorf("process %s/%s: %w", ambito, slug, found(err))
	}
	return a.processView(ctx, row)
}

func (a *App) processView(ctx context.Context, row q.Process) (*ProcessView, error) {
	r := a.Store.Read()
	p, err := a.process(ctx, r, row.Ambito, row.Definition)
	if err != nil {
		return nil, err
	}
	v := &ProcessView{Process: p, AmbitoID: row.Ambito, Slug: row.Slug, Published: instant(row.PublishedUs).In(p.Zone),
		LastAct: row.LastAct}
	return v, a.addAmendments(ctx, r, v)
}

// Definition returns the whole resolved definition in force, as canonical JSON,
// and the file it was written in.
func (a *App) Definition(ctx context.Context, ambito, slug string) (resolved, source []byte, err error) {
	row, err := a.Store.Read().Process(ctx, q.ProcessParams{Ambito: ambito, Slug: slug})
	if err != nil {
		return nil, nil, fmt.Errorf("process %s/%s: %w", ambito, slug, found(err))
	}
	d, err := a.Store.Read().Definition(ctx, q.DefinitionParams{Ambito: ambito, Hash: row.Definition})
	if err != nil {
		return nil, nil, err
	}
	return []byte(d.Resolved), []byte(d.Source), nil
}

// Checkpoint returns the newest signed checkpoint of an Ambito's log.
func (a *App) Checkpoint(ctx context.Context, ambito string) ([]byte, error) {
	cp, err := a.Store.Read().LastCheckpoint(ctx, ambito)
	if err != nil {
		return nil, fmt.Errorf("checkpoint of %s: %w", ambito, found(err))
	}
	return cp.Note, nil
}

// LogSize returns how many acts the log of an Ambito holds.
func (a *App) LogSize(ctx context.Context, ambito string) (int64, error) {
	n, err := a.Store.Size(ctx, ambito)
	if err != nil {
		return 0, fmt.Errorf("log of %s: %w", ambito, found(err))
	}
	return n, nil
}

// LogKey returns the verifier key of an Ambito's log.
func (a *App) LogKey(ctx context.Context, ambito string) (string, error) {
	log, err := a.Store.Read().Log(ctx, ambito)
	if err != nil {
		return "", fmt.Errorf("log of %s: %w", ambito, found(err))
	}
	return log.Key, nil
}

// Tile returns the bytes of a tile by its C2SP path ("0/x001/234.p/5").
func (a *App) Tile(ctx context.Context, ambito, path string) ([]byte, error) {
	t, err := register.ParseTilePath("tile/" + path)
	if err != nil {
		return nil, fmt.Errorf("tile %q: %w", path, ErrNotFound)
	}
	log, err := a.Store.Read().Log(ctx, ambito)
	if err != nil {
		return nil, fmt.Errorf("log of %s: %w", ambito, found(err))
	}
	data, err := register.TileData(t, log.Size, a.Store.Hashes(ctx, ambito))
	if err != nil {
		return nil, fmt.Errorf("tile %q: %w", path, ErrNotFound)
	}
	return data, nil
}

// OfficialActs returns the acts that are public as such, newest first. Adhesions
// are not among them: of those the register shows hashes only.
func (a *App) OfficialActs(ctx context.Context, ambito string) ([]ActView, error) {
	acts, err := a.Store.Read().ActsOfKinds(ctx, q.ActsOfKindsParams{Ambito: ambito, Kind: actNotice, Kind_2: "rettifica", Kind_3: "chiave"})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(acts, func(x, y q.Act) int { return cmp.Compare(y.N, x.N) })
	out := make([]ActView, len(acts))
	for i, x := range acts {
		h := register.LeafHash(x.Leaf)
		out[i] = ActView{Index: x.N, Kind: x.Kind, Process: x.Process, Via: x.Via, ReceivedAt: instant(x.ReceivedUs),
			RegisteredAt: instant(x.RegisteredUs), LeafHash: h.String(), CheckCode: register.CheckCode(h)}
	}
	return out, nil
}

// Feedback is what a visitor says about a page (ui: C.SI.2.5).
type Feedback struct {
	Ambito, Page  string
	Rate          int // 1 to 5
	Answer, Words string
}

// SaveFeedback keeps an opinion; it names nobody.
func (a *App) SaveFeedback(ctx context.Context, f Feedback) error {
	id := make([]byte, 16)
	if _, err := io.ReadFull(a.Rand, id); err != nil {
		return err
	}
	if f.Rate < 1 || f.Rate > 5 {
		return pdz.Problems{{Field: "voto", Code: pdz.CodeRequired}}
	}
	return a.Store.Update(ctx, f.Ambito, func(tx *store.Tx) error {
		if _, err := tx.Log(ctx, f.Ambito); err != nil {
			return found(err)
		}
		return tx.InsertFeedback(ctx, q.InsertFeedbackParams{ID: fmt.Sprintf("%x", id), Ambito: f.Ambito, Page: f.Page,
			Rate: int64(f.Rate), Answer: f.Answer, Words: f.Words, GivenUs: tx.Now.UnixMicro()})
	})
}
