package app

import (
	"context"
	"fmt"

	"concerto/internal/store/q"
)

// erasures is what the acts of erasure of a log say, for its audit.
type erasures struct {
	acts    map[int64]int64  // index of an erased act → index of the erasure
	matters map[string]int64 // matter → index of the erasure
}

// erasures reads them before anything else: an act without content stands only where
// a later one says that it was erased.
func (l *logAudit) erasures(ctx context.Context) (erasures, error) {
	e := erasures{map[int64]int64{}, map[string]int64{}}
	acts, err := l.source.Read().ActsOfKind(ctx, q.ActsOfKindParams{Ambito: l.log.Ambito, Kind: actErasure})
	if err != nil {
		return e, err
	}
	for _, act := range acts {
		var b erasureBody
		if err := decodeBody(act, &b); err != nil {
			l.rep.add("log %s: %v", l.log.Ambito, err)
			continue
		}
		l.app.recall(act.Ambito, b)
		for _, x := range b.Acts {
			if x.N < act.N {
				e.acts[x.N] = act.N
			}
		}
		for _, m := range b.Matters {
			if _, twice := e.matters[m]; twice {
				l.rep.add("log %s, act %d: %s was erased before", l.log.Ambito, act.N, m)
				continue
			}
			e.matters[m] = act.N
		}
	}
	return e, nil
}

// check reports whether an act was erased, in which case there is nothing that could
// open its commitments. It finds what should have gone and is there, and what came
// after nothing could.
func (e erasures) check(act q.Act, bad func(string, ...any)) bool {
	by, gone := e.matters[act.Matter]
	switch {
	case !gone || by == act.N:
		return false
	case act.N > by:
		bad("its matter had been erased by act %d", by)
		return false
	case e.acts[act.N] != by:
		bad("act %d erased its matter and says nothing of it", by)
		return false
	}
	for name, there := range map[string]bool{
		"body": act.Body.Valid, "files": act.Files.Valid, "author": act.Author.Valid,
		"salt of the body": act.BodySalt != nil, "salt of the files": act.FilesSalt != nil, "salt of the author": act.AuthorSalt != nil,
	} {
		if there {
			bad("%s", fmt.Sprintf("erased by act %d, and its %s is still there", by, name))
		}
	}
	return true
}
