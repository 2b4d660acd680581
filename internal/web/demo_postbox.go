package web

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"concerto/internal/app"
)

// postboxPage lists all messages, newest first.
type postboxPage struct {
	Layout
	Mails []mailLine
}

type mailLine struct {
	To, Subject, Sent, ISO, Href string
	Attachments                  int
}

// mailPage is one message.
type mailPage struct {
	Layout
	To, Subject, Sent string
	Lines             [][]mailPart
	Attachments       []mailFile
	BackHref          string
}

// mailPart is a piece of a line: text, or an address of this site.
type mailPart struct{ Text, Href string }

type mailFile struct{ Name, Size, Href string }

// demoLayout begins a page of the demo. It shows the first Ambito, so that
// visitors find their way back to it.
func (s *Site) demoLayout(r *http.Request) (Layout, error) {
	l := s.layout(r, nil)
	ambiti, err := s.App.Ambiti(r.Context())
	if err != nil {
		return l, err
	}
	if len(ambiti) > 0 {
		views, err := s.App.Processes(r.Context(), ambiti[0].ID)
		if err != nil {
			return l, err
		}
		l = s.layout(r, &views[0])
	}
	l.Private = true
	return l, nil
}

func (s *Site) postbox(w http.ResponseWriter, r *http.Request) error {
	l, err := s.demoLayout(r)
	if err != nil {
		return err
	}
	p := &postboxPage{Layout: l}
	p.Title = p.T("Posta della dimostrazione")
	p.crumbs(Link{p.Title, ""})
	all, err := s.allMail(r.Context())
	if err != nil {
		return err
	}
	for _, m := range all {
		at := m.SentAt.In(p.Now.Location())
		p.Mails = append(p.Mails, mailLine{To: m.To, Subject: m.Subject, Sent: p.DateHour(at), ISO: p.ISO(at),
			Href: p.Href(mailPath(m.Key)), Attachments: len(m.Attachments)})
	}
	return s.show(w, r, http.StatusOK, "demo-postbox", p)
}

// allMail joins the postboxes of all Ambiti.
func (s *Site) allMail(ctx context.Context) ([]app.Mail, error) {
	ambiti, err := s.App.Ambiti(ctx)
	if err != nil {
		return nil, err
	}
	var all []app.Mail
	for _, a := range ambiti {
		mails, err := s.App.Postbox(ctx, a.ID)
		if err != nil {
			return nil, err
		}
		all = append(all, mails...)
	}
	slices.SortStableFunc(all, func(a, b app.Mail) int { return b.SentAt.Compare(a.SentAt) })
	return all, nil
}

// mailPath is the address of a message. Its key is a path of its own, so it
// stands there as one word.
func mailPath(key string) string {
	return "/demo/posta/" + base64.RawURLEncoding.EncodeToString([]byte(key))
}

// findMail looks for a message in the postboxes of all Ambiti.
func (s *Site) findMail(r *http.Request) (*app.Mail, error) {
	key, err := base64.RawURLEncoding.DecodeString(r.PathValue("chiave"))
	if err != nil {
		return nil, app.ErrNotFound
	}
	ambiti, err := s.App.Ambiti(r.Context())
	if err != nil {
		return nil, err
	}
	for _, a := range ambiti {
		m, err := s.App.PostboxMail(r.Context(), a.ID, string(key))
		if err == nil || !errors.Is(err, app.ErrNotFound) {
			return m, err
		}
	}
	return nil, app.ErrNotFound
}

func (s *Site) mail(w http.ResponseWriter, r *http.Request) error {
	m, err := s.findMail(r)
	if err != nil {
		return err
	}
	l, err := s.demoLayout(r)
	if err != nil {
		return err
	}
	p := &mailPage{Layout: l, To: m.To, Subject: m.Subject, Lines: s.mailLines(m.Text), BackHref: l.Href("/demo/posta")}
	p.Sent = p.DateHour(m.SentAt.In(p.Now.Location()))
	p.Title = m.Subject
	p.crumbs(Link{p.T("Posta della dimostrazione"), p.BackHref}, Link{m.Subject, ""})
	p.OwnWords = true
	for i, a := range m.Attachments {
		p.Attachments = append(p.Attachments, mailFile{a.Name, p.fileSize(int64(len(a.Content))),
			p.Href(mailPath(m.Key) + "/" + strconv.Itoa(i+1))})
	}
	return s.show(w, r, http.StatusOK, "demo-mail", p)
}

// mailLines takes the addresses of this site out of a message, to be links. They
// lead to where the visitor is, under whatever name the demo is reached.
func (s *Site) mailLines(text string) [][]mailPart {
	base := strings.TrimSuffix(s.BaseURL.String(), "/")
	var lines [][]mailPart
	for line := range strings.SplitSeq(strings.TrimRight(text, "\n"), "\n") {
		var parts []mailPart
		for {
			before, after, found := strings.Cut(line, base+"/")
			if before != "" {
				parts = append(parts, mailPart{Text: before})
			}
			if !found {
				break
			}
			end := strings.IndexAny(after, " \t<>\"")
			if end < 0 {
				end = len(after)
			}
			path := strings.TrimRight(after[:end], ".,;)")
			parts = append(parts, mailPart{Text: base + "/" + path, Href: "/" + path})
			line = after[len(path):]
		}
		lines = append(lines, parts)
	}
	return lines
}

// mailAttachment gives an attachment to be kept: never to be opened in the place
// of a page, whatever it says it is.
func (s *Site) mailAttachment(w http.ResponseWriter, r *http.Request) error {
	m, err := s.findMail(r)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(r.PathValue("n"))
	if err != nil || n < 1 || n > len(m.Attachments) {
		return app.ErrNotFound
	}
	a := m.Attachments[n-1]
	return sendFile(w, fileName(a.Name), "application/octet-stream", a.Content)
}

// fileName keeps of a name what may stand in a header.
func fileName(name string) string {
	safe := strings.Map(func(r rune) rune {
		if r > ' ' && r < 0x7f && !strings.ContainsRune(`"\/;`, r) {
			return r
		}
		return '-'
	}, name)
	if safe == "" {
		return "allegato"
	}
	return safe
}
