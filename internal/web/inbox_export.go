package web

import (
	"bufio"
	"cmp"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"concerto/internal/app"
	"concerto/internal/docs"
	"concerto/internal/i18n"
	"concerto/internal/pdz"
)

// The list of adhesions as a file for a spreadsheet: the sheets that the list
// shows with the same filters, in the order of their numbers. A spreadsheet sorts for itself.

// tableFormat is a format of spreadsheets.
type tableFormat struct {
	Name, Ext, Type string
	write           func(*docs.Table, io.Writer) error
}

// tableFormats are all of them, the one that loses nothing first.
var tableFormats = []tableFormat{
	{"ODS", "ods", "application/vnd.oasis.opendocument.spreadsheet", (*docs.Table).WriteODS},
	{"XLSX", "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (*docs.Table).WriteXLSX},
	{"CSV", "csv", "text/csv; charset=utf-8; header=present", (*docs.Table).WriteCSV},
}

func exportRoutes() (rows []Route) {
	for _, f := range tableFormats {
		rows = append(rows, get(officeProcess+"/adesioni."+f.Ext, Reader, func(s *Site, w http.ResponseWriter, r *http.Request) error {
			return s.exportAdhesions(w, r, f)
		}).shows(purposeList))
	}
	return rows
}

func (s *Site) exportAdhesions(w http.ResponseWriter, r *http.Request, f tableFormat) error {
	v, err := s.processOf(r)
	if err != nil {
		return err
	}
	who := Who(r.Context())
	sheets, err := s.App.ExportAdhesions(r.Context(), who, v.AmbitoID, v.Slug, inboxFilter(r.URL.Query()))
	if err != nil {
		return err
	}
	l := s.officeLayout(r, v, "adesioni")
	e := exportedList{Layout: &l, by: cmp.Or(who.Name, who.Email, who.Person)}
	e.choose()
	name := "adesioni-" + v.AmbitoID + "-" + v.Slug + "-" + l.Now.In(l.zone()).Format("2006-01-02-1504") + "." + f.Ext
	if l.Demo != nil {
		name = "prova-" + name
	}
	return sendTable(w, r, f, name, e.table(sheets, r.URL.Query()))
}

// inboxFilter is what the address of the list, or of a file of it, asks for.
func inboxFilter(q url.Values) app.InboxFilter {
	return app.InboxFilter{Channel: q.Get("canale"), Category: q.Get("tipo"), State: app.AdhesionState(q.Get("stato")),
		Table: q.Get("tavolo"), Check: app.Check(q.Get("vedere")), Words: q.Get("cerca"), Sort: q.Get("ordine")}
}

// sendTable streams a table. What fails before the first bytes went out is an error
// page; afterwards the connection breaks off, so that half a file is not taken for one. It may
// go on for longer than a page may: a slow line must not lose a long list.
func sendTable(w http.ResponseWriter, r *http.Request, f tableFormat, name string, t *docs.Table) error {
	d := &download{ResponseWriter: w, name: name, kind: f.Type}
	if r.Method == http.MethodHead {
		d.begin()
		return nil
	}
	_ = http.NewResponseController(w).SetWriteDeadline(time.Time{}) // a recorder in a test has none
	b := bufio.NewWriterSize(d, 64<<10)
	err := f.write(t, b)
	if err == nil {
		err = b.Flush()
	}
	if err != nil && d.begun {
		panic(http.ErrAbortHandler)
	}
	return err
}

// download sets the headers of a file with its first bytes.
type download struct {
	http.ResponseWriter
	name, kind string
	begun      bool
}

func (d *download) begin() {
	d.begun = true
	h := d.Header()
	h.Set("Content-Type", d.kind)
	h.Set("Content-Disposition", `attachment; filename="`+d.name+`"`)
}

func (d *download) Write(p []byte) (int, error) {
	if !d.begun {
		d.begin()
	}
	return d.ResponseWriter.Write(p)
}

// exportedList makes the table of the list.
type exportedList struct {
	*Layout
	by      string
	columns []exportedColumn
	names   map[string]bool
}

// exportedColumn is a column with how its cell is read off a sheet.
type exportedColumn struct {
	docs.Column
	cell func(*app.ExportedSheet) docs.Cell
}

// choose lays the columns: what the program knows of each sheet, then what the sheet
// says, field by field as the definition in force has them.
func (e *exportedList) choose() {
	e.names = map[string]bool{}
	e.arrival()
	e.party()
	e.standing()
	for _, f := range e.Proc.Forms {
		if f.Purpose == "adhesion" {
			e.answers(f)
		}
	}
}

// add lays a column. Two of one name would be one to a program that reads the file,
// so the second has its id with it.
func (e *exportedList) add(name, id string, kind docs.Kind, cell func(*app.ExportedSheet) docs.Cell) {
	if e.names[name] {
		name += " (" + id + ")"
	}
	e.names[name] = true
	e.columns = append(e.columns, exportedColumn{docs.Column{Name: name, Kind: kind}, cell})
}

func (e *exportedList) text(name string, text func(*app.ExportedSheet) string) {
	e.add(name, "", docs.Text, func(x *app.ExportedSheet) docs.Cell { return docs.TextCell(text(x)) })
}

func (e *exportedList) instant(name string, at func(*app.ExportedSheet) time.Time) {
	e.add(name, "", docs.Instant, func(x *app.ExportedSheet) docs.Cell { return docs.InstantCell(at(x)) })
}

func (e *exportedList) yesNo(name string, yes func(*app.ExportedSheet) bool) {
	e.add(name, "", docs.YesNo, func(x *app.ExportedSheet) docs.Cell { return docs.YesNoCell(yes(x)) })
}

// arrival are the columns on how a sheet came, the instants kept apart (R63).
func (e *exportedList) arrival() {
	e.text(e.T("Numero"), func(x *app.ExportedSheet) string { return x.Number })
	e.instant(e.T("Arrivata il"), func(x *app.ExportedSheet) time.Time { return x.ArrivedAt })
	e.instant(e.T("Registrata il"), func(x *app.ExportedSheet) time.Time {
		if x.RecordedAt.IsZero() {
			return x.ArrivedAt // by the web it is one instant
		}
		return x.RecordedAt
	})
	e.instant(e.T("Spedita secondo il mittente"), func(x *app.ExportedSheet) time.Time { return x.SentAt })
	e.text(e.T("Canale"), func(x *app.ExportedSheet) string {
		c, _ := e.Proc.Channel(x.Channel)
		return cmp.Or(e.channelName(c), x.Channel)
	})
	e.text(e.T("Addetto"), func(x *app.ExportedSheet) string { return x.Officer })
	e.text(e.T("Secondo addetto"), func(x *app.ExportedSheet) string { return x.Second })
	e.yesNo(e.T("Aspetta il riscontro"), func(x *app.ExportedSheet) bool { return x.Waits })
}

// party are the columns on whose sheet it is.
func (e *exportedList) party() {
	e.text(e.T("Soggetto"), func(x *app.ExportedSheet) string { return cmp.Or(x.PartyName, x.PersonName) })
	e.text(e.T("Tipo"), func(x *app.ExportedSheet) string {
		c, _ := e.Proc.Category(x.Category)
		return cmp.Or(c.Label, x.Category)
	})
	e.text(e.T("Codice fiscale"), func(x *app.ExportedSheet) string { return x.TaxCode })
	e.text(e.T("Chi la presenta"), func(x *app.ExportedSheet) string { return x.PersonName })
	e.text(e.T("E-mail"), func(x *app.ExportedSheet) string { return x.Email })
	e.yesNo(e.T("E-mail confermata"), func(x *app.ExportedSheet) bool { return x.Confirmed })
	e.text(e.T("Telefono"), func(x *app.ExportedSheet) string { return x.Phone })
	e.text(e.TablesLabel(), func(x *app.ExportedSheet) string { return e.tableTexts(x.Tables) })
}

// standing are the columns on what became of it.
func (e *exportedList) standing() {
	e.text(e.T("Stato"), func(x *app.ExportedSheet) string { return e.stateText(x.State) })
	e.text(e.T("Termine"), func(x *app.ExportedSheet) string { return e.T(timelinessTexts[x.Timeliness]) })
	e.text(e.T("Decisione"), func(x *app.ExportedSheet) string {
		if x.Decision == "" {
			return ""
		}
		return e.verdictText(x.Decision)
	})
	e.text(e.T("Motivo"), func(x *app.ExportedSheet) string { return x.Reason })
	e.text(e.T("Che cosa si chiede"), func(x *app.ExportedSheet) string { return x.Asked })
	e.instant(e.T("Da completare entro"), func(x *app.ExportedSheet) time.Time { return x.Due })
	e.text(e.T("Motivo di chi ha aderito"), func(x *app.ExportedSheet) string { return x.OwnReason })
	e.text(e.T("Stesso codice fiscale di"), func(x *app.ExportedSheet) string { return strings.Join(x.Twins, ", ") })
	e.add(e.T("Versione"), "", docs.Whole, func(x *app.ExportedSheet) docs.Cell { return docs.WholeCell(int64(x.Version)) })
	e.add(e.T("Foglia"), "", docs.Whole, func(x *app.ExportedSheet) docs.Cell { return docs.WholeCell(x.Act + 1) })
	e.text(e.T("Ricevuta"), func(x *app.ExportedSheet) string { return x.Code })
}

// answers are the columns of a form. Fields are read as the definition in force
// has them: an amendment that takes one away takes its column too.
func (e *exportedList) answers(f pdz.Form) {
	q := e.asking(f, nil, nil)
	for _, x := range f.Fields {
		kind := map[string]docs.Kind{"number": docs.Whole, "date": docs.Day, "confirm": docs.YesNo}[x.Type]
		labels := map[string]string{}
		for _, o := range q.options(x) {
			labels[o.ID] = o.Label
			if o.Number > 0 {
				labels[o.ID] = strconv.Itoa(o.Number) + ". " + o.Label
			}
		}
		e.add(x.Label, x.ID, kind, func(s *app.ExportedSheet) docs.Cell {
			if s.Form != f.ID || len(s.Answers) == 0 {
				return docs.Empty
			}
			return answerCell(x, s.Answers, labels)
		})
		e.columns[len(e.columns)-1].Wide = x.Type == "longText"
	}
	for _, d := range f.Declarations {
		e.add(d.Text, d.ID, docs.YesNo, func(s *app.ExportedSheet) docs.Cell {
			if s.Form != f.ID || len(s.Answers) == 0 {
				return docs.Empty
			}
			return docs.YesNoCell(ticked(s.Answers.Get(d.ID)))
		})
	}
}

// answerCell is an answer as its type, or as text where it is none: a sheet on paper
// may say "about ten".
func answerCell(x pdz.Field, a pdz.Answers, labels map[string]string) docs.Cell {
	v := a.Get(x.ID)
	switch x.Type {
	case "number":
		if n, err := strconv.ParseInt(v, 10, 64); err == nil {
			return docs.WholeCell(n)
		}
	case "date":
		if d, err := pdz.ParseDate(v); err == nil {
			return docs.DayCell(d)
		}
	case "confirm":
		return docs.YesNoCell(ticked(v))
	}
	var texts []string
	for _, v := range a[x.ID] {
		texts = append(texts, cmp.Or(labels[v], v))
	}
	return docs.TextCell(strings.Join(texts, "; "))
}

// tableTexts writes tables in the order chosen.
func (l *Layout) tableTexts(ids []string) string {
	var texts []string
	for _, id := range ids {
		texts = append(texts, tableName(l, id))
	}
	return strings.Join(texts, "; ")
}

// table is the file: its rows, and who took it.
func (e *exportedList) table(sheets iter.Seq2[*app.ExportedSheet, error], query url.Values) *docs.Table {
	now := e.Now.In(e.zone())
	trace := e.by + ", " + now.Format("02/01/2006 15:04:05")
	if e.Demo != nil {
		trace += ". " + e.T("Prova: persone ed enti sono inventati.")
	}
	t := &docs.Table{Title: e.T("Adesioni") + ", " + e.PlanTitle() + ", " + e.AmbitoName, Sheet: e.T("Adesioni"), Zone: e.zone(), Yes: e.T("sì"), No: e.T("no"),
		By: e.by, Made: e.Now, Trace: docs.Fact{Name: e.T("Estratto da"), Value: trace}, About: e.T("Informazioni"), Count: e.T("Schede"),
		Facts: e.about(query)}
	for _, c := range e.columns {
		t.Columns = append(t.Columns, c.Column)
	}
	t.Rows = func(yield func([]docs.Cell, error) bool) {
		row := make([]docs.Cell, len(e.columns))
		for x, err := range sheets {
			if err == nil {
				for i, c := range e.columns {
					row[i] = c.cell(x)
				}
			}
			if !yield(row, err) {
				return
			}
		}
	}
	return t
}

// filterTexts name the parameters of the list.
var filterTexts = []Link{{i18n.M("Canale"), "canale"}, {i18n.M("Tipo"), "tipo"}, {i18n.M("Stato"), "stato"}, {i18n.M("Tavolo"), "tavolo"},
	{i18n.M("Da vedere"), "vedere"}, {i18n.M("Cerca"), "cerca"}}

// about tells what the rows cannot: which sheets these are, and what their hours are.
func (e *exportedList) about(query url.Values) []docs.Fact {
	var facts []docs.Fact
	for _, f := range filterTexts {
		if v := query.Get(f.Href); v != "" {
			facts = append(facts, docs.Fact{Name: e.T("Filtro: %s", e.T(f.Text)), Value: v})
		}
	}
	return append(facts,
		docs.Fact{Name: e.T("Ore"), Value: e.T("dell’orologio di %s; nel file CSV con la differenza da UTC", e.zone().String())},
		docs.Fact{Name: e.T("Dati personali"), Value: e.T("Chi ha estratto questo file e quando è nel registro degli accessi. Usalo solo per l’istruttoria e cancellalo quando non serve più.")})
}
