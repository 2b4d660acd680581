package demo

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"concerto/internal/pdz"
)

// content is the invented material of examples/<name>/content, as it is written.
type content struct {
	Municipalities []struct{ ID, Name string }
	Bodies         []struct {
		ID, Name, Category, Seat, Constituted, Email string
		TaxCode                                      string `yaml:"tax_code"`
		Register                                     *struct{ Name, Number string }
	}
	People    []person
	Adhesions []entry
	Questions []asked
	FAQ       []published
}

type person struct {
	ID, Email string
	FirstName string `yaml:"first_name"`
	LastName  string `yaml:"last_name"`
	TaxCode   string `yaml:"tax_code"`
	Mandates  []struct{ Body, Role, From, To string }
}

// entry is one sheet, correction or withdrawal.
type entry struct {
	ID, Kind, Subject, Person, Channel, Expectation, Note, Verdict string
	SubjectName                                                    string `yaml:"subject_name"`
	RefersTo                                                       string `yaml:"refers_to"`
	RecordedBy                                                     string `yaml:"recorded_by"`
	Number                                                         int
	Tables                                                         []int
	SentAt                                                         *time.Time `yaml:"sent_at"` // printed by the sender
	ArrivedAt                                                      time.Time  `yaml:"arrived_at"`
	RecordedAt                                                     time.Time  `yaml:"recorded_at"`
}

// Words of the content that the definition says otherwise.
var (
	categories = map[string]string{
		"organizzazione_volontariato": "odv", "associazione_promozione_sociale": "aps", "cooperativa_sociale": "cooperativa-sociale",
		"ente_formazione": "ente-formazione", "associazione_categoria": "associazione-categoria", "onlus": "onlus",
		"parrocchia": "parrocchia", "scuola": "scuola", "fondazione": "fondazione",
	}
	channels = map[string]string{"sito": "web", "e-mail": "email", "pec": "pec", "fax": "fax", "sportello": "banco", "telefono_assistita": "telefono"}
	roles    = map[string]string{"legale_rappresentante": "legale-rappresentante", "delegato": "delegato"}
)

const citizen = "libero-cittadino"

func readContent(files fs.FS, dir string) (*content, error) {
	c := &content{}
	for _, name := range []string{"bodies", "people", "adhesions", "messages"} {
		src, err := fs.ReadFile(files, dir+"/content/"+name+".yaml")
		if err != nil {
			return nil, err
		}
		if err := yaml.Unmarshal(src, c); err != nil {
			return nil, fmt.Errorf("%s.yaml: %w", name, err)
		}
	}
	return c, nil
}

// answers fills in the form of the definition for an entry.
func (c *content) answers(p *pdz.Process, e entry) (pdz.Answers, error) {
	i := slices.IndexFunc(c.People, func(x person) bool { return x.ID == e.Person })
	if i < 0 {
		return nil, fmt.Errorf("entry %s: no person %s", e.ID, e.Person)
	}
	person := c.People[i]
	a := pdz.Answers{}
	put := func(field, value string) {
		if value != "" {
			a[field] = []string{value}
		}
	}
	put("nome-cognome", person.FirstName+" "+person.LastName)
	put("attese", e.Expectation)
	put("presa-visione-privacy", "si")
	for _, n := range e.Tables {
		for _, t := range p.Tables.List {
			if t.Number == n {
				a["tavoli-scelti"] = append(a["tavoli-scelti"], t.ID)
			}
		}
	}
	if strings.HasPrefix(e.Subject, "cit-") {
		put("categoria", citizen)
		put("codice-fiscale", person.TaxCode)
		put("recapito-email", person.Email)
		return a, nil
	}
	return a, c.bodyAnswers(p, e, put)
}

func (c *content) bodyAnswers(p *pdz.Process, e entry, put func(field, value string)) error {
	for _, b := range c.Bodies {
		if b.ID != e.Subject {
			continue
		}
		put("categoria", categories[b.Category])
		put("denominazione", e.SubjectName)
		put("codice-fiscale", b.TaxCode)
		put("comune-sede", c.municipality(p, b.Seat))
		put("costituita-il", b.Constituted)
		put("recapito-email", b.Email)
		put("ruolo", c.role(e))
		if b.Register != nil {
			put("registri", b.Register.Name+", "+b.Register.Number)
		}
		return nil
	}
	return fmt.Errorf("entry %s: no body %s", e.ID, e.Subject)
}

// municipality turns the content's short name into the definition's id.
func (c *content) municipality(p *pdz.Process, short string) string {
	for _, m := range c.Municipalities {
		if m.ID != short {
			continue
		}
		for _, x := range p.Ambito.Municipalities {
			if x.Name == m.Name {
				return x.ID
			}
		}
	}
	return pdz.Elsewhere
}

func (c *content) role(e entry) string {
	for _, p := range c.People {
		for _, m := range p.Mandates {
			if p.ID == e.Person && m.Body == e.Subject && roles[m.Role] != "" {
				return roles[m.Role]
			}
		}
	}
	return "delegato"
}
