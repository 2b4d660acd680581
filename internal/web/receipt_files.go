package web

import (
	"net/http"
	"strconv"
)

func (s *Site) receiptFile(w http.ResponseWriter, r *http.Request) error {
	o, err := s.owner(r)
	if err != nil {
		return err
	}
	file, err := o.Proof.Marshal()
	if err != nil {
		return err
	}
	return sendFile(w, "ricevuta-"+o.Adhesion.Number+".json", "application/json", file)
}

func (s *Site) proofFile(w http.ResponseWriter, r *http.Request) error {
	o, err := s.owner(r)
	if err != nil {
		return err
	}
	file, err := o.Proof.Proof.Marshal()
	if err != nil {
		return err
	}
	return sendFile(w, "ricevuta-"+o.Adhesion.Number+".tlog-proof", "text/plain; charset=utf-8", file)
}

func (s *Site) exportFile(w http.ResponseWriter, r *http.Request) error {
	o, err := s.owner(r)
	if err != nil {
		return err
	}
	file, err := s.App.Export(r.Context(), o.who, o.view.AmbitoID, o.Adhesion.Code)
	if err != nil {
		return err
	}
	return sendFile(w, "dati-"+o.Adhesion.Number+".json", "application/json", file)
}

// sendFile answers with a file to be kept.
func sendFile(w http.ResponseWriter, name, kind string, file []byte) error {
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	h.Set("Content-Length", strconv.Itoa(len(file)))
	_, _ = w.Write(file) // fails only when the client went away
	return nil
}
