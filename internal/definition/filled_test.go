package definition

import (
	"reflect"
	"testing"
	"time"

	"concerto/internal/pdz"
)

// rest are edits of the minimal definition that say what no example says.
var rest = []string{
	"feeds: party.constitutedOn}", "feeds: party.constitutedOn}\n      - {id: area, label: Area, type: choices, profile: true, options: [{id: anziani, label: Anziani}]}\n    declarations: [{id: notizie, text: Notizie, optional: true}]",
	"{id: prima, number: 1,", "{id: prima, number: 1, wording: In primavera,",
	"{id: web, kind: web,", "{id: web, kind: web, exclude: [cittadino],",
	"    window: iscrizione\n    fields:", "    opens: publication\n    fields:",
	"opening: {kind: decree, number: \"1\", date: \"2026-09-01\"}", "opening: {unknown: non si trova}",
	"calendar: {holidays: italy}", "calendar: {holidays: italy, extra: [\"2026-12-24\"]}",
	"audience: [{of: tutti}]", "audience: [{of: tutti, by: chi lo rappresenta}]\n    note: Portare un documento\n    agenda: [{title: Saluti, start: \"15:00\", end: \"15:30\"}]",
	"  roles: ruolo\n", "  roles: ruolo\n  defaultRole: membro\n  correctionReason: true\n",
	"cites: [{notice: Avviso}]", "cites: [{act: atto}]",
	"rules:\n", "amendments: {needs: act, act: {id: atto, kind: determination}}\nrules:\n",
	"when: {fact: adhesion.timeliness, is: timely}", `when:
      any:
        - {always: true}
        - {fact: party.registeredOn, before: {from: {fact: adhesion.receivedAt}, minus: 2 months, clearDays: true}}
        - {fact: party.registeredOn, before: {from: {fact: adhesion.receivedAt}, plus: 1 day, at: "12:00"}}
        - {fact: party.registeredOn, before: {from: {fact: adhesion.receivedAt}, next: mon}}`,
}

// Whatever the domain holds of a definition is filled by the examples or by the
// edits above: a field added there and forgotten here would stay empty for ever.
func TestEveryFieldOfAProcessIsFilled(t *testing.T) {
	src, _ := edited(t, rest...)
	all := []*Definition{mustLoad(t, src)}
	for _, tt := range examples {
		d, _ := example(t, tt.name)
		all = append(all, d)
	}
	filled := map[string]bool{}
	for _, d := range all {
		visitFields(reflect.ValueOf(*d.Process), filled)
	}
	for field, ok := range filled {
		if !ok {
			t.Errorf("nothing fills %s", field)
		}
	}
}

// visitFields notes for each field of each struct whether some value of it is set.
func visitFields(v reflect.Value, filled map[string]bool) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() && v.Type() != reflect.TypeFor[*time.Location]() {
			visitFields(v.Elem(), filled)
		}
	case reflect.Slice:
		for i := range v.Len() {
			visitFields(v.Index(i), filled)
		}
	case reflect.Struct:
		if v.Type().PkgPath() != reflect.TypeFor[pdz.Process]().PkgPath() {
			return
		}
		for i := range v.NumField() {
			name := v.Type().Name() + "." + v.Type().Field(i).Name
			filled[name] = filled[name] || !v.Field(i).IsZero()
			visitFields(v.Field(i), filled)
		}
	}
}
