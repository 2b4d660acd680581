package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"concerto/internal/app"
	"concerto/internal/docs"
	"concerto/internal/pdz"
)

// listsPage shows the list as it would be published now, and those that were.
type listsPage struct {
	Layout
	Entries   []entryView
	Counts    listCounts
	Obstacles []string
	Withheld  int
	Early     string // the window is still open until then; empty when it is not
	Published []listLink
	May       bool // who looks may also publish
	Heading, Number, Date,
	Action string
	Problems []problemView
	Fields   map[string]string
}

// entryView is a line of a list for reading.
type entryView struct {
	Number, Name, Category, Verdict, Tone, Ground string
	Nameless                                      bool
}

type listCounts struct{ Admitted, Reserve, Incomplete, Not int }

type listLink struct{ Title, Act, When, Href string }

func (s *Site) lists(w http.ResponseWriter, r *http.Request) error {
	return s.showLists(w, r, http.StatusOK, url.Values{}, nil)
}

func (s *Site) showLists(w http.ResponseWriter, r *http.Request, status int, form url.Values, problems pdz.Problems) error {
	v, err := s.processOf(r)
	if err != nil {
		return err
	}
	ctx, who := r.Context(), Who(r.Context())
	p := &listsPage{Layout: s.officeLayout(r, v, "elenchi"), May: HeadOnly.takes(who)}
	p.Title = p.T("Elenchi")
	p.Action = p.OfficeHref("elenchi")
	p.Crumbs = []Link{{Text: p.Title}}
	p.Heading, p.Number, p.Date = form.Get(app.FieldTitle), form.Get(app.FieldActNumber), form.Get(app.FieldActDate)
	if status == http.StatusOK {
		p.Heading = p.T("Elenco dei soggetti ammessi e non ammessi")
	}
	published, err := s.App.Lists(ctx, v.AmbitoID, v.Slug)
	if err != nil {
		return err
	}
	p.Published = p.listLinks(published)
	if Office.takes(who) {
		entries, obstacles, err := s.App.ListPreview(ctx, who, v.AmbitoID, v.Slug)
		if err != nil {
			return err
		}
		p.Entries, p.Counts, p.Withheld = p.entryViews(entries)
		for _, o := range obstacles {
			p.Obstacles = append(p.Obstacles, capital(p.officeProblem(o))+".")
		}
		if w, ok := adhesionWindow(v.Process); ok && w.State(s.Now()) == pdz.Open && w.Closes.Known {
			p.Early = p.DateHour(w.Closes.Last())
		}
	}
	p.Problems, p.Fields = p.problemsOf(problems)
	return s.show(w, r, status, "lists", p)
}

func (l *Layout) listLinks(all []app.ListView) []listLink {
	var out []listLink
	for _, x := range all {
		out = append(out, listLink{x.Title, l.actOf(x), l.DateHour(x.PublishedAt), l.ProcessHref("elenchi/" + x.ID)})
	}
	return out
}

// actOf names the act under which a list was published.
func (l *Layout) actOf(v app.ListView) string {
	return l.T("atto n. %s del %s", v.ActNumber, l.ShortDate(civil(v.ActDate, l.Proc.Zone)))
}

func (l *Layout) entryViews(entries []app.ListEntry) (views []entryView, n listCounts, withheld int) {
	for _, e := range entries {
		v := entryView{Number: e.Number, Name: e.Name, Category: e.Category, Verdict: l.verdictText(e.Verdict), Tone: verdictTones[e.Verdict], Ground: e.Ground}
		if e.Name == "" {
			v.Name, v.Nameless = l.T("nome non pubblicato"), true
		}
		if e.Withheld {
			v.Ground = l.T("motivo comunicato al soggetto")
			withheld++
		}
		switch e.Verdict {
		case app.Admitted:
			n.Admitted++
		case app.WithReserve:
			n.Reserve++
		case app.AskedMore:
			n.Incomplete++
		default:
			n.Not++
		}
		views = append(views, v)
	}
	return views, n, withheld
}

func (s *Site) publishList(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return &malformedError{err}
	}
	v, err := s.processOf(r)
	if err != nil {
		return err
	}
	in := app.ListInput{Title: r.PostForm.Get(app.FieldTitle), ActNumber: r.PostForm.Get(app.FieldActNumber)}
	var problems pdz.Problems
	if text := strings.TrimSpace(r.PostForm.Get(app.FieldActDate)); text != "" {
		d, problem := pdz.ParseItalianDate(text, pdz.Date{})
		if problem != nil {
			problems.Add(app.FieldActDate, problem.Code, problem.Args...)
		}
		in.ActDate = d
	}
	// A date that cannot be read is no date, which is refused with everything else at once.
	id, err := s.App.PublishList(r.Context(), Who(r.Context()), v.AmbitoID, v.Slug, in, app.Arrival{ReceivedAt: ReceivedAt(r.Context())})
	var others pdz.Problems
	if errors.As(err, &others) {
		if len(problems) > 0 {
			others = slices.DeleteFunc(others, func(p pdz.Problem) bool { return p.Field == app.FieldActDate })
		}
		return s.showLists(w, r, http.StatusUnprocessableEntity, r.PostForm, append(others, problems...))
	}
	if err != nil {
		return err
	}
	l := s.layout(r, v)
	return seeOther(w, r, l.ProcessHref("elenchi/"+id))
}

// listPage is a published list, as anyone reads and prints it.
type listPage struct {
	Layout
	Heading, Act, When string
	Entries            []entryView
	Counts             listCounts
	Leaf               int64
	File               string
}

func (s *Site) publishedList(r *http.Request) (*Content, error) {
	v, err := s.processOf(r)
	if err != nil {
		return nil, err
	}
	id, file := strings.CutSuffix(r.PathValue("file"), ".csv")
	list, err := s.App.List(r.Context(), v.AmbitoID, v.Slug, id)
	if err != nil {
		return nil, err
	}
	p := &listPage{Layout: s.layout(r, v), Heading: list.Title, Leaf: list.Act + 1}
	p.Entries, p.Counts, _ = p.entryViews(list.Entries)
	if file {
		content, err := p.csv()
		if err != nil {
			return nil, err
		}
		return &Content{File: content, ContentType: "text/csv; charset=utf-8", Name: "elenco-" + id + ".csv"}, nil
	}
	p.Title, p.Act, p.When = list.Title, capital(p.actOf(*list)), p.DateHour(list.PublishedAt)
	p.Description = p.Title + ", " + p.actOf(*list)
	p.Current = p.ProcessHref("documenti")
	p.File = p.ProcessHref("elenchi/" + id + ".csv")
	p.Crumbs = []Link{{p.PlanTitle(), p.ProcessHref("")}, {Text: p.T("Elenco")}}
	return &Content{Page: "list", Data: p}, nil
}

// csv writes the list for a spreadsheet.
func (p *listPage) csv() ([]byte, error) {
	t := p.plainTable(p.Heading, p.T("Numero"), p.T("Soggetto"), p.T("Tipo"), p.T("Esito"), p.T("Motivo"))
	t.Rows = func(yield func([]docs.Cell, error) bool) {
		for _, e := range p.Entries {
			if !yield([]docs.Cell{docs.TextCell(e.Number), docs.TextCell(e.Name), docs.TextCell(e.Category), docs.TextCell(e.Verdict), docs.TextCell(e.Ground)}, nil) {
				return
			}
		}
	}
	return csvOf(t)
}
