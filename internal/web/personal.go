package web

import "concerto/internal/i18n"

// The purposes for which pages show personal data to who works for an Ambito, as
// the access log keeps them (P27). The keying screen notes for itself, because it
// shows what is known only to who asks for it.
var (
	purposeExamine = i18n.M("istruttoria delle adesioni")
	purposeReceipt = i18n.M("schede registrate da sé e loro ricevute")
	purposeRights  = i18n.M("richieste e termini sui dati personali")
	purposeBodies  = i18n.M("enti e chi agisce per loro")
	purposeDesk    = i18n.M("risposta alle domande")
	purposeAppoint = i18n.M("incarichi nell’ufficio")
	purposeControl = i18n.M("controllo delle eccezioni")
	purposeList    = i18n.M("elenco delle adesioni in un file")
	purposeExport  = i18n.M("estratto firmato del registro")
)
