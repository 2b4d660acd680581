package pdz

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

var today = day("2013-10-09")

func in(fact string, list ...string) *Predicate {
	return &Predicate{Fact: fact, Op: "in", Operand: Operand{List: list}}
}

// sheet is the scheda di adesione of the notice, as the reference definition has it.
func sheet() (*Process, Form) {
	bodies := in("party.nature", "body", "institution", "informalGroup")
	f := Form{ID: "scheda-adesione", Fields: []Field{
		{ID: "categoria", Type: "choice", Required: true, Feeds: "party.category"},
		{ID: "denominazione", Type: "party", RequiredWhen: bodies},
		{ID: "nome-cognome", Type: "person", Required: true},
		{ID: "ruolo", Type: "choice", RequiredWhen: bodies, Options: []Option{{ID: "legale-rappresentante"}, {ID: "delegato"}}},
		{ID: "recapito-email", Type: "email"},
		{ID: "recapito-telefono", Type: "phone"},
		{ID: "costituita-il", Type: "date", Feeds: "party.constitutedOn",
			ShowWhen: &Predicate{Fact: "party.groups", Op: "contains", Operand: Operand{Text: "terzo-settore"}}},
		{ID: "tavoli-scelti", Type: "tables", Feeds: "adhesion.tables"},
		{ID: "attese", Type: "longText", MaxLength: 20},
	}, Attachments: []AttachmentSlot{
		{ID: "delega", Optional: true, RequiredWhen: is("mandate.role", Operand{Text: "delegate"})},
		{ID: "atto-costitutivo", Optional: true},
	}}
	p := &Process{
		Categories: []Category{
			{ID: "odv", Nature: "body", Groups: []string{"terzo-settore", "attori-sociali"}},
			{ID: "parrocchia", Nature: "body", Groups: []string{"attori-sociali"}},
			{ID: "libero-cittadino", Nature: "person", Groups: []string{"attori-sociali", "cittadini"}},
		},
		Tables: Tables{List: []Table{{ID: "poverta"}, {ID: "accoglienza"}, {ID: "violenza"}}},
		Ambito: Ambito{Municipalities: []Municipality{{ID: "lecce"}, {ID: "surbo"}}},
		Forms:  []Form{f},
	}
	return p, f
}

func filled() Answers {
	return Answers{
		"categoria": {"odv"}, "denominazione": {" OdV  La Lucerna "}, "nome-cognome": {"Ada Marangio"}, "ruolo": {"legale-rappresentante"},
		"recapito-email": {"Ada@Lucerna.EXAMPLE"}, "costituita-il": {"2/5/1998"}, "tavoli-scelti": {"violenza", "poverta", "violenza"},
		"recapito-telefono": {""}, "intruso": {"x"},
	}
}

// with returns the filled answers with some changed: an empty value takes one away.
func with(pairs ...string) Answers {
	a := filled()
	for i := 0; i < len(pairs); i += 2 {
		a[pairs[i]] = []string{pairs[i+1]}
	}
	return a
}

func TestAGoodSheetComesBackClean(t *testing.T) {
	p, f := sheet()
	got, problems := CheckAnswers(p, f, filled(), nil, "", today)
	want := Answers{
		"categoria": {"odv"}, "denominazione": {"OdV La Lucerna"}, "nome-cognome": {"Ada Marangio"}, "ruolo": {"legale-rappresentante"},
		"recapito-email": {"Ada@lucerna.example"}, "costituita-il": {"1998-05-02"}, "tavoli-scelti": {"violenza", "poverta"},
	}
	if diff := cmp.Diff(want, got); diff != "" || problems.Err() != nil {
		t.Errorf("answers (-want +got):\n%sproblems: %v", diff, problems)
	}
	if again, problems := CheckAnswers(p, f, got, nil, "", today); !cmp.Equal(got, again) || problems.Err() != nil {
		t.Errorf("read again: %v, %v", again, problems)
	}
}

func TestEveryProblemIsToldAtOnceInTheOrderOfTheForm(t *testing.T) {
	p, f := sheet()
	typed := Answers{"categoria": {"odv"}, "denominazione": {"  "}, "ruolo": {"delegato"}, "recapito-email": {"info.esempio.it"},
		"recapito-telefono": {"12"}, "costituita-il": {"29/02/2009"}, "tavoli-scelti": {"ballo"}, "attese": {strings.Repeat("è", 21)}}
	got, problems := CheckAnswers(p, f, typed, nil, "", today)
	want := Problems{
		{"denominazione", CodeRequired, nil}, {"nome-cognome", CodeRequired, nil}, {"recapito-email", CodeEmailForm, nil},
		{"recapito-telefono", CodePhoneLength, []any{2, 6, 15}}, {"costituita-il", CodeDateLeap, []any{2009}},
		{"tavoli-scelti", CodeTable, []any{"ballo"}}, {"attese", CodeTextLong, []any{21, 20}}, {"delega", CodeAttachment, nil},
	}
	if diff := cmp.Diff(want, problems, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
	for _, id := range []string{"recapito-email", "recapito-telefono", "costituita-il", "tavoli-scelti", "attese"} {
		if !cmp.Equal(got[id], typed[id]) {
			t.Errorf("%s comes back %q, want it as typed, %q", id, got[id], typed[id])
		}
	}
}

func TestWhatIsRequiredDependsOnWhatIsKnown(t *testing.T) {
	p, f := sheet()
	for _, tt := range []struct {
		name    string
		answers Answers
		files   []string
		want    string
	}{
		{"a citizen needs neither body nor role", with("categoria", "libero-cittadino", "denominazione", "", "ruolo", ""), nil, ""},
		{"a body needs both", with("denominazione", "", "ruolo", ""), nil, "denominazione: required, ruolo: required"},
		{"without a category nothing more is asked", with("categoria", "", "denominazione", "", "ruolo", ""), nil, "categoria: required"},
		{"a category of no list", with("categoria", "banca", "denominazione", "", "ruolo", ""), nil, "categoria: choice.unknown"},
		{"a delegate needs the deed", with("ruolo", "delegato"), nil, "delega: attachment.required"},
		{"and has it", with("ruolo", "delegato"), []string{"delega"}, ""},
		{"an option of no list", with("ruolo", "usciere"), nil, "ruolo: choice.unknown"},
		{"a date to come", with("costituita-il", "10/10/2013"), nil, "costituita-il: date.future"},
		{"a control character", with("denominazione", "a\x00b"), nil, "denominazione: text.control"},
	} {
		_, problems := CheckAnswers(p, f, tt.answers, tt.files, "", today)
		if got := problems.Error(); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// An association that turns out to be a parish leaves no date behind, not even a bad one.
func TestHiddenFieldsSayNothing(t *testing.T) {
	p, f := sheet()
	a := with("categoria", "parrocchia", "costituita-il", "32/13/2009")
	got, problems := CheckAnswers(p, f, a, nil, "", today)
	if _, ok := got["costituita-il"]; ok || problems.Err() != nil {
		t.Errorf("hidden answer kept: %v, problems %v", got, problems)
	}
	facts := FormFacts(p, f, with("categoria", "parrocchia"))
	if _, ok := facts["party.constitutedOn"]; ok {
		t.Error("a hidden field feeds its fact")
	}
	if f.Visible("costituita-il", facts) {
		t.Error("the date is asked of a parish")
	}
	if !f.Visible("costituita-il", Facts{}) {
		t.Error("the date is not asked while the category is unknown")
	}
	if f.Visible("nessuno", facts) {
		t.Error("a field that is not there is asked")
	}
}

func TestAnswersBecomeFacts(t *testing.T) {
	p, f := sheet()
	f.Fields = append(f.Fields,
		Field{ID: "sede", Type: "municipality", Feeds: "party.seatIn"},
		Field{ID: "opera-in", Type: "municipalities", Feeds: "party.activeIn"},
		Field{ID: "non-profit", Type: "confirm", Feeds: "party.nonProfit"},
		Field{ID: "anni", Type: "number", Feeds: "party.experienceYears"},
		Field{ID: "costo", Type: "money", Feeds: "proposal.cost"},
		Field{ID: "ambiti", Type: "choices", Profile: true, Options: []Option{{ID: "anziani"}, {ID: "minori"}}})
	f.Declarations = []Declaration{{ID: "vero"}, {ID: "letto"}}
	a := with("sede", "altro", "non-profit", "on", "anni", "1.000", "costo", "1.500,50", "ruolo", "delegato", "vero", "on")
	a["opera-in"], a["ambiti"] = []string{"lecce", "altro"}, []string{"minori"}
	want := Facts{
		"adhesion.form": TextValue("scheda-adesione"), "party.category": TextValue("odv"), "party.nature": TextValue("body"),
		"party.groups": SetValue("terzo-settore", "attori-sociali"), "mandate.role": TextValue("delegate"),
		"party.constitutedOn": DateValue(day("1998-05-02")), "adhesion.tables": SetValue("violenza", "poverta", "violenza"),
		"party.seatIn": SetValue("outside"), "party.activeIn": SetValue("lecce", "outside"), "party.nonProfit": BoolValue(true),
		"party.experienceYears": NumberValue(1000), "proposal.cost": MoneyValue(150050), "party.profile": SetValue("ambiti:minori"),
		"adhesion.declarations": SetValue("vero"),
	}
	if diff := cmp.Diff(want, FormFacts(p, f, a)); diff != "" {
		t.Errorf("facts (-want +got):\n%s", diff)
	}
	empty := Facts{"adhesion.form": TextValue("scheda-adesione"), "adhesion.tables": SetValue(), "party.profile": SetValue(), "adhesion.declarations": SetValue()}
	if diff := cmp.Diff(empty, FormFacts(p, f, Answers{}), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("facts of an empty form (-want +got):\n%s", diff)
	}
}

func TestStepsOfTheSheet(t *testing.T) {
	ids := func(f Form) (list []string) {
		for _, s := range f.Steps() {
			line := s.ID + ":"
			for _, x := range s.Fields {
				line += " " + x.ID
			}
			list = append(list, line)
		}
		return list
	}
	_, adhesion := sheet()
	proposal := Form{Fields: []Field{{ID: "tavolo", Type: "tables"}, {ID: "titolo", Type: "text"}, {ID: "altro-tavolo", Type: "tables"}}}
	observation := Form{Fields: []Field{{ID: "testo", Type: "longText"}}}
	for _, tt := range []struct {
		form Form
		want []string
	}{
		{adhesion, []string{"who: categoria denominazione", "contact: nome-cognome ruolo recapito-email recapito-telefono costituita-il", "tables: tavoli-scelti attese"}},
		{proposal, []string{"tables: tavolo titolo altro-tavolo"}},
		{observation, []string{"who: testo"}},
		{Form{}, nil},
	} {
		if diff := cmp.Diff(tt.want, ids(tt.form)); diff != "" {
			t.Errorf("steps (-want +got):\n%s", diff)
		}
	}
}

// A step tells its own problems and keeps what the other steps hold.
func TestAStepReadsItsFieldsOnly(t *testing.T) {
	p, f := sheet()
	a := with("denominazione", "", "nome-cognome", "", "recapito-email", "nessuna", "ruolo", "delegato")
	for step, want := range map[string]string{
		StepWho:         "denominazione: required",
		StepContact:     "nome-cognome: required, recapito-email: email.form",
		StepTables:      "",
		StepAttachments: "delega: attachment.required",
		"":              "denominazione: required, nome-cognome: required, recapito-email: email.form, delega: attachment.required",
	} {
		got, problems := CheckAnswers(p, f, a, nil, step, today)
		if problems.Error() != want {
			t.Errorf("step %q: %q, want %q", step, problems.Error(), want)
		}
		if got.Get("recapito-email") != "nessuna" || got.Get("categoria") != "odv" {
			t.Errorf("step %q lost the answers of others: %v", step, got)
		}
		if _, ok := got["intruso"]; ok {
			t.Errorf("step %q keeps the answer of no field", step)
		}
	}
}

func TestEachTypeOfField(t *testing.T) {
	p, f := sheet()
	p.Participation.TablesMin, p.Participation.TablesMax = 1, 2
	f.Declarations = []Declaration{{ID: "vero"}, {ID: "notizie", Optional: true}}
	f.Fields = append(f.Fields,
		Field{ID: "codice-fiscale", Type: "taxCode"}, Field{ID: "sede", Type: "municipality"}, Field{ID: "sedi", Type: "municipalities"},
		Field{ID: "anni", Type: "number"}, Field{ID: "costo", Type: "money"}, Field{ID: "inizio", Type: "date"}, Field{ID: "pec", Type: "pec"},
		Field{ID: "consenso", Type: "confirm", Required: true}, Field{ID: "motto", Type: "text"}, Field{ID: "racconto", Type: "longText"},
		Field{ID: "proposta-tavolo", Type: "tables"}, Field{ID: "settori", Type: "choices", Options: []Option{{ID: "anziani"}, {ID: "minori"}}})
	base := func(id string, values ...string) Answers {
		a := with("consenso", "on", "vero", "on")
		a[id] = values
		return a
	}
	for _, tt := range []struct {
		id      string
		answers Answers
		kept    []string
		want    Problems
	}{
		{"codice-fiscale", base("codice-fiscale", "999 000 107-54"), []string{"99900010754"}, nil},
		{"codice-fiscale", base("codice-fiscale", "0123456789"), []string{"0123456789"}, Problems{{"codice-fiscale", CodeTaxCodeLength, []any{10, 11}}}},
		{"codice-fiscale", base("codice-fiscale", "TFRLNE53P50X102L"), []string{"TFRLNE53P50X102L"}, Problems{{"codice-fiscale", CodeTaxCodeLength, []any{16, 11}}}},
		{"sede", base("sede", "surbo"), []string{"surbo"}, nil},
		{"sede", base("sede", "altro"), []string{"altro"}, nil},
		{"sede", base("sede", "roma"), []string{"roma"}, Problems{{"sede", CodeMunicipality, []any{"roma"}}}},
		{"sede", base("sede", "surbo", "lecce"), []string{"surbo"}, nil},
		{"sedi", base("sedi", "surbo", "", "lecce"), []string{"surbo", "lecce"}, nil},
		{"anni", base("anni", "1.000"), []string{"1000"}, nil},
		{"anni", base("anni", "molti"), []string{"molti"}, Problems{{"anni", CodeNumberForm, nil}}},
		{"costo", base("costo", "1.500"), []string{"1500.00"}, nil},
		{"costo", base("costo", "gratis"), []string{"gratis"}, Problems{{"costo", CodeMoneyForm, nil}}},
		{"inizio", base("inizio", "1/1/2014"), []string{"2014-01-01"}, nil}, // a project may begin tomorrow
		{"pec", base("pec", "a@pec.it, b@pec.it"), []string{"a@pec.it, b@pec.it"}, Problems{{"pec", CodeEmailSeveral, nil}}},
		{"consenso", base("consenso", "no"), nil, Problems{{"consenso", CodeRequired, nil}}},
		{"consenso", base("consenso", "sì"), []string{"true"}, nil},
		{"vero", base("vero", ""), nil, Problems{{"vero", CodeDeclaration, nil}}},
		{"notizie", base("notizie", "on"), []string{"true"}, nil},
		{"motto", base("motto", strings.Repeat("è", 200)), []string{strings.Repeat("è", 200)}, nil},
		{"motto", base("motto", strings.Repeat("è", 201)), []string{strings.Repeat("è", 201)}, Problems{{"motto", CodeTextLong, []any{201, 200}}}},
		{"racconto", base("racconto", strings.Repeat("a\r\n", 2001)+"a"), []string{strings.Repeat("a\n", 2001) + "a"}, Problems{{"racconto", CodeTextLong, []any{4003, 4000}}}},
		{"settori", base("settori", "minori", "anziani"), []string{"minori", "anziani"}, nil},
		{"settori", base("settori", "minori", "ballo"), []string{"minori", "ballo"}, Problems{{"settori", CodeChoice, []any{"ballo"}}}},
		{"tavoli-scelti", base("tavoli-scelti", "poverta", "violenza", "accoglienza"), []string{"poverta", "violenza", "accoglienza"}, Problems{{"tavoli-scelti", CodeTablesMany, []any{3, 2}}}},
		{"tavoli-scelti", base("tavoli-scelti"), nil, Problems{{"tavoli-scelti", CodeTablesFew, []any{0, 1}}}},
		{"proposta-tavolo", base("proposta-tavolo", "poverta", "violenza", "accoglienza"), []string{"poverta", "violenza", "accoglienza"}, nil},
	} {
		got, problems := CheckAnswers(p, f, tt.answers, nil, "", today)
		if diff := cmp.Diff(tt.want, problems, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s = %q: problems (-want +got):\n%s", tt.id, tt.answers[tt.id], diff)
		}
		if diff := cmp.Diff(tt.kept, got[tt.id], cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s = %q: kept (-want +got):\n%s", tt.id, tt.answers[tt.id], diff)
		}
	}
}

// A field shown by the answer to another that is itself hidden is hidden too.
func TestHidingIsPassedOn(t *testing.T) {
	p, f := sheet()
	f.Fields = append(f.Fields, Field{ID: "registro", Type: "date", Feeds: "party.registeredOn",
		ShowWhen: &Predicate{Fact: "party.constitutedOn", Op: "known", Operand: Operand{Bool: true}}})
	a := with("registro", "1/1/2000")
	if _, ok := FormFacts(p, f, a)["party.registeredOn"]; !ok {
		t.Error("both dates are shown, and the second says nothing")
	}
	a["categoria"] = []string{"parrocchia"}
	got, _ := CheckAnswers(p, f, a, nil, "", today)
	if _, ok := got["registro"]; ok {
		t.Error("the second date is kept though the first is hidden")
	}
	if _, ok := FormFacts(p, f, a)["party.registeredOn"]; ok {
		t.Error("the second date feeds its fact though the first is hidden")
	}
}
