package web

import "slices"

// PageType pairs a template with the struct it is given.
type PageType struct {
	Name string // file in pages/, without suffix
	Zero shell  // zero value: the template is type-checked against it
}

// Pages lists every page. A test checks each template against its struct and
// executes it with a full fixture.
func Pages() []PageType {
	return slices.Concat(publicPages(), adhesionPages(), receiptPages(), verifyPages(), demoPages(), signInPages(), minePages(), bodyPages(), erasurePages(), appointmentPages(), questionPages(), decidePages(), inboxPages(), amendPages(), auditorPages(), dashboardPages())
}

func publicPages() []PageType {
	return []PageType{
		{"error", &errorPage{}},
		{"start", &startPage{}},
		{"home", &homePage{}},
		{"process", &processPage{}},
		{"calendar", &calendarPage{}},
		{"session", &sessionPage{}},
		{"tables", &tablesPage{}},
		{"table", &tablePage{}},
		{"documents", &documentsPage{}},
		{"notice", &noticePage{}},
		{"blankform", &blankFormPage{}},
		{"calendarsheet", &calendarSheetPage{}},
		{"definition", &definitionPage{}},
		{"interpretations", &interpretationsPage{}},
		{"register", &registerPage{}},
		{"privacy", &legalPage{}},
		{"legalnotes", &legalPage{}},
		{"accessibility", &legalPage{}},
		{"sitemap", &legalPage{}},
		{"feedback", &feedbackPage{}},
	}
}
