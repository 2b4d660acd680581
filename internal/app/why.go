package app

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"time"

	"concerto/internal/pdz"
	"concerto/internal/store/q"
)

// WhyView is everything an outcome rests on: what was judged, by which version of
// which rule, on what facts, and what the office decided after it. It is what the
// register holds, and each judgement says whether it comes out the same today.
type WhyView struct {
	Adhesion        AdhesionView
	Judgements      []Judgement // the one that counts first; all are kept
	Interpretations []pdz.Interpretation
	Decisions       []DecisionView // latest first
}

// Judgement is one version of the definition applied to one arrival.
type Judgement struct {
	Act, Judged int64 // the act by which it was judged, and the arrival
	Process     *pdz.Process
	Form        pdz.Form
	Verdict     pdz.Verdict // of the window; of none where the form has none
	Grounds     []pdz.Decision
	Channel     *pdz.Decision // that its category may not use its channel; nil where it may
	Counts      bool          // of the judgements of this arrival it is the one that holds
	Same        bool          // computed again now from what was sent, it comes out equal
	Published   time.Time
}

// Adheres reports whether by this judgement the sheet makes an adhesion by itself.
func (j Judgement) Adheres() bool {
	return ruling{law: j.Process, window: j.Verdict, grounds: j.Grounds}.adheres()
}

// Why returns what an outcome rests on, to the party and to who reads for the office.
func (a *App) Why(ctx context.Context, who Actor, ambito, code string) (*WhyView, error) {
	decisions, err := a.Decisions(ctx, who, ambito, code)
	if err != nil {
		return nil, err
	}
	v, err := a.adhesionView(ctx, ambito, code)
	if err != nil {
		return nil, err
	}
	w := &WhyView{Adhesion: *v, Decisions: decisions}
	if w.Judgements, err = a.judgements(ctx, v); err != nil {
		return nil, err
	}
	if len(w.Judgements) > 0 {
		w.Interpretations = concerning(w.Judgements[0])
	}
	return w, nil
}

// judgements reads the verdicts back and takes each again.
func (a *App) judgements(ctx context.Context, v *AdhesionView) ([]Judgement, error) {
	r := a.Store.Read()
	rows, err := r.VerdictsOnMatter(ctx, q.VerdictsOnMatterParams{Ambito: v.Ambito, Matter: v.Code})
	if err != nil {
		return nil, err
	}
	var out []Judgement
	for _, x := range rows {
		i := slices.IndexFunc(out, func(j Judgement) bool {
			return j.Act == x.Act && j.Judged == x.Judged && j.Process.Hash == x.Definition
		})
		if i < 0 {
			j, err := a.judgement(ctx, r, v, x)
			if err != nil {
				return nil, err
			}
			out, i = append(out, *j), len(out)
		}
		if err := out[i].read(x); err != nil {
			return nil, err
		}
	}
	for i := range out {
		if err := a.judgeAgain(ctx, r, v.Ambito, &out[i]); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(out, func(x, y Judgement) int { // what counts of the first arrival first: corrections do not judge it again
		switch {
		case x.Judged != y.Judged:
			return int(x.Judged - y.Judged)
		case x.Counts != y.Counts && x.Counts:
			return -1
		case x.Counts != y.Counts:
			return 1
		}
		return int(y.Act - x.Act)
	})
	return out, nil
}

// judgement begins one from its first verdict.
func (a *App) judgement(ctx context.Context, r *q.Queries, v *AdhesionView, x q.Verdict) (*Judgement, error) {
	p, err := a.process(ctx, r, v.Ambito, x.Definition)
	if err != nil {
		return nil, err
	}
	d, err := r.Definition(ctx, q.DefinitionParams{Ambito: v.Ambito, Hash: x.Definition})
	if err != nil {
		return nil, err
	}
	form, _ := p.Form(v.Form)
	at := instant(x.AtUs).In(p.Zone)
	return &Judgement{Act: x.Act, Judged: x.Judged, Process: p, Form: form, Published: instant(d.PublishedUs).In(p.Zone),
		Verdict: pdz.Verdict{Timeliness: pdz.Timely, Definition: x.Definition, At: at}}, nil
}

// read takes in one stored verdict.
func (j *Judgement) read(x q.Verdict) error {
	j.Counts = j.Counts || x.Counts
	if _, ok := j.Process.Window(x.Rule); ok {
		j.Verdict.Window, j.Verdict.Timeliness = x.Rule, pdz.Timeliness(x.Result)
		if closes := instant(x.ClosesUs); !closes.IsZero() {
			j.Verdict.Closes = closes.In(j.Process.Zone)
			j.Verdict.Margin = closes.Sub(j.Verdict.At)
		}
		return nil
	}
	var d pdz.Decision
	if err := json.Unmarshal([]byte(x.Trace), &d); err != nil {
		return fmt.Errorf("trace of %s: %w", x.Rule, err)
	}
	if _, ok := j.Process.Channel(x.Rule); ok {
		j.Channel = &d
		return nil
	}
	j.Grounds = append(j.Grounds, d)
	return nil
}

// judgeAgain asks the rules anew and says whether they answer the same.
func (a *App) judgeAgain(ctx context.Context, r *q.Queries, ambito string, j *Judgement) error {
	again, err := a.rulingAt(ctx, r, ambito, j, j.Verdict.At)
	if err != nil {
		return err
	}
	j.Same = again.window.Timeliness == j.Verdict.Timeliness && again.window.Closes.Equal(j.Verdict.Closes) && sameDecisions(again.grounds, j.Grounds)
	return nil
}

// sameDecisions compares decisions by what is stored of them.
func sameDecisions(x, y []pdz.Decision) bool {
	byRule := func(a, b pdz.Decision) int {
		switch {
		case a.Rule < b.Rule:
			return -1
		case a.Rule > b.Rule:
			return 1
		}
		return 0
	}
	x, y = slices.SortedFunc(slices.Values(x), byRule), slices.SortedFunc(slices.Values(y), byRule)
	plain := func(d []pdz.Decision) (v any) {
		text, err := json.Marshal(d)
		if err == nil {
			_ = json.Unmarshal(text, &v)
		}
		return v
	}
	return reflect.DeepEqual(plain(x), plain(y))
}

// rulingAt asks the rules of a judgement as if what was sent had arrived at an
// instant. It reads the act that arrived and writes nothing.
func (a *App) rulingAt(ctx context.Context, r *q.Queries, ambito string, j *Judgement, at time.Time) (ruling, error) {
	act, err := r.Act(ctx, q.ActParams{Ambito: ambito, N: j.Judged})
	if err != nil {
		return ruling{}, err
	}
	if !act.Body.Valid { // erased: what was judged is not there to be judged again
		return ruling{law: j.Process, window: j.Verdict, grounds: j.Grounds}, nil
	}
	var b adhesionBody
	if err := json.Unmarshal([]byte(act.Body.String), &b); err != nil {
		return ruling{}, fmt.Errorf("act %d: %w", j.Judged, err)
	}
	written, err := a.process(ctx, r, ambito, hex.EncodeToString(act.Definition))
	if err != nil {
		return ruling{}, err
	}
	form, _ := written.Form(b.Form)
	return rule(j.Process, form, b, at), nil
}

// WhyIf says how the judgement that counts would have come out at another instant
// of arrival. Nothing is stored: it is the same rules asked another question.
func (a *App) WhyIf(ctx context.Context, who Actor, ambito, code string, at time.Time) (*Judgement, error) {
	v, err := a.Why(ctx, who, ambito, code)
	if err != nil {
		return nil, err
	}
	if len(v.Judgements) == 0 {
		return nil, ErrNotFound
	}
	j := v.Judgements[0]
	again, err := a.rulingAt(ctx, a.Store.Read(), ambito, &j, at)
	if err != nil {
		return nil, err
	}
	j.Verdict, j.Grounds, j.Same = again.window, again.grounds, true
	return &j, nil
}

// concerning returns the answers to doubts that are about what was judged.
func concerning(j Judgement) []pdz.Interpretation {
	about := []string{j.Form.ID, j.Verdict.Window}
	for _, d := range j.Grounds {
		about = append(about, d.Rule)
	}
	for _, g := range j.Process.Participation.Grounds {
		if g.Form == j.Form.ID || g.Kind == "attendance" && !j.Adheres() {
			about = append(about, g.ID)
		}
	}
	var out []pdz.Interpretation
	for _, x := range j.Process.Interpretations {
		if x.Visible == "public" && slices.ContainsFunc(x.About, func(id string) bool { return slices.Contains(about, id) }) {
			out = append(out, x)
		}
	}
	return out
}
