package pdz

import "testing"

func TestThingsAreFoundByTheirID(t *testing.T) {
	p, _ := sheet()
	p.Windows, p.Channels, p.Sessions = []Window{enrolment, councils}, []Channel{{ID: "fax"}, {ID: "web"}}, []Session{{ID: "plenaria"}}
	p.Rules = []Rule{pact, {ID: "altra"}}
	found := map[string]bool{}
	_, found["window consigli"] = p.Window("consigli")
	_, found["form scheda-adesione"] = p.Form("scheda-adesione")
	_, found["category odv"] = p.Category("odv")
	_, found["channel web"] = p.Channel("web")
	_, found["table violenza"] = p.Table("violenza")
	_, found["session plenaria"] = p.Session("plenaria")
	_, found["municipality surbo"] = p.Municipality("surbo")
	_, found["field ruolo"] = p.Forms[0].Field("ruolo")
	for what, ok := range found {
		if !ok {
			t.Errorf("no %s", what)
		}
	}
	if c, ok := p.Channel("pec"); ok {
		t.Errorf("channel pec = %+v, want none", c)
	}
	if got := p.RuleIndex()["altra"]; got != &p.Rules[1] {
		t.Errorf("rule altra = %p, want %p", got, &p.Rules[1])
	}
}
