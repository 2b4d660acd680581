package web

import (
	"errors"
	"io"
	"net/http"
	"strings"

	"concerto/internal/app"
	"concerto/internal/i18n"
	"concerto/internal/pdz"
)

// maxUpload bounds a request with a file. It is beyond app.MaxFile, so that one
// somewhat too large is told so beside its field.
const maxUpload = 12 << 20

// anyFormat is what a place takes when the definition names no formats.
const anyFormat = "pdf, p7m, jpg, png, odt, docx"

// attachmentView is a place for a file, with the file that is there.
type attachmentView struct {
	ID, Element, Label string
	Optional           bool
	Required           bool
	Formats            string // "PDF, JPEG", or empty
	Accept             string // of the file input
	Href               string
	Files              []attachedFile
	Error              string
}

type attachedFile struct{ Name, Size string }

func (q asking) attachment(a pdz.AttachmentSlot, files []app.File, href string) attachmentView {
	v := attachmentView{ID: a.ID, Element: elementID(a.ID), Label: a.Label, Href: href, Error: q.errorOf(a.ID)}
	if a.RequiredWhen != nil {
		v.Required, v.Optional = q.mandatory(false, a.RequiredWhen), q.optional(false, a.RequiredWhen)
	} else {
		v.Required, v.Optional = !a.Optional, a.Optional
	}
	formats := anyFormat
	if len(a.Formats) > 0 {
		formats = strings.Join(a.Formats, ", ")
	}
	v.Formats, v.Accept = strings.ToUpper(formats), "."+strings.ReplaceAll(formats, ", ", ",.")
	for _, f := range files {
		if f.Slot == a.ID {
			v.Files = append(v.Files, attachedFile{f.Name, q.fileSize(f.Size)})
		}
	}
	return v
}

// fileSize writes a size in the unit that suits it.
func (l *Layout) fileSize(n int64) string { return fileSize(l.Printer, n) }

func fileSize(p i18n.Printer, n int64) string {
	switch {
	case n < 1<<10:
		return p.TN("%d byte", "%d byte", int(n))
	case n < 1<<20:
		return p.T("%d KB", (n+1<<9)>>10)
	}
	return p.T("%d MB", (n+1<<19)>>20)
}

// attach takes one file for one place. The request is read as it comes, and its
// instant is when the last byte was in.
func (s *Site) attach(w http.ResponseWriter, r *http.Request) error {
	f, err := s.fill(r)
	if err != nil {
		return s.draftGone(w, r, err)
	}
	name, content, err := uploaded(r)
	r = r.WithContext(WithReceivedAt(r.Context(), s.Now()))
	if err != nil {
		return err
	}
	slot := r.PathValue("posto")
	if len(content) == 0 {
		problems := pdz.Problems{{Field: slot, Code: pdz.CodeAttachment}}
		return s.showSummary(w, r, f, http.StatusUnprocessableEntity, problems)
	}
	_, err = s.App.Attach(r.Context(), f.Ambito, f.Token, slot, name, content)
	var problems pdz.Problems
	if errors.As(err, &problems) {
		return s.showSummary(w, r, f, http.StatusUnprocessableEntity, problems)
	}
	if err != nil {
		return s.draftGone(w, r, err)
	}
	return s.backToFile(w, r, f, slot)
}

// detach takes a file off the draft.
func (s *Site) detach(w http.ResponseWriter, r *http.Request) error {
	f, err := s.fill(r)
	if err != nil {
		return s.draftGone(w, r, err)
	}
	slot := r.PathValue("posto")
	if _, err := s.App.Detach(r.Context(), f.Ambito, f.Token, slot); err != nil {
		return s.draftGone(w, r, err)
	}
	return s.backToFile(w, r, f, slot)
}

func (s *Site) backToFile(w http.ResponseWriter, r *http.Request, f *filling, slot string) error {
	p := s.draftPage(r, f)
	return seeOther(w, r, p.DraftHref(slugSummary)+"#"+elementID(slot))
}

// uploaded reads the one file of a form in parts; fields beside it are dropped.
func uploaded(r *http.Request) (name string, content []byte, err error) {
	parts, err := r.MultipartReader()
	if err != nil {
		return "", nil, &malformedError{err}
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return name, content, nil
		}
		if err == nil && part.FormName() == "file" && content == nil {
			name = part.FileName()
			content, err = io.ReadAll(part)
		}
		if err != nil {
			return "", nil, bodyError(err)
		}
	}
}

// malformedError is a body that is not what its header says.
type malformedError struct{ err error }

func (e *malformedError) Error() string        { return "malformed body: " + e.err.Error() }
func (e *malformedError) Unwrap() error        { return e.err }
func (e *malformedError) Is(target error) bool { return target == errMalformed }

// bodyError keeps a body that was too large apart from one that was cut or broken.
func bodyError(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return large
	}
	return &malformedError{err}
}
