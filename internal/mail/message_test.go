package mail

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// receipt is the message that answers an adhesion.
func receipt() Message {
	return Message{
		From:    `"Ambito Territoriale Sociale di Lecce" <concerto@ambito.example>`,
		To:      "info@ilmelograno.example",
		Subject: "Ricevuta di adesione PDZ-2013-0041 – Società cooperativa sociale «Il Melograno» di Lecce, per la città e la comunità",
		Text:    "La vostra adesione è arrivata giovedì 17 ottobre 2013, ore 16:52:08,412 (UTC+2).\n\nÈ nei termini: mancavano 19 ore.\n.\nFine.\n",
		Attachments: []Attachment{
			{Name: "ricevuta.tlog-proof", Content: []byte("c2sp.org/tlog-proof@v1\n")},
			{Name: "Ricevuta – città di Lecce.pdf", Type: "application/pdf", Content: bytes.Repeat([]byte{0, 1, 13, 10, 46, 255}, 100)},
		},
		Key:  "adhesion/41/receipt",
		Date: time.Date(2013, 10, 17, 16, 52, 8, 0, time.FixedZone("CEST", 7200)),
	}
}

// parsed is a message as its reader sees it.
type parsed struct {
	From, To, Subject, ID, Date, Auto, Text string
	Files                                   []Attachment
	Headers                                 int
}

func parse(raw []byte) (parsed, error) {
	m, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return parsed{}, err
	}
	p := parsed{ID: m.Header.Get("Message-ID"), Date: m.Header.Get("Date"), Auto: m.Header.Get("Auto-Submitted")}
	for _, v := range m.Header {
		p.Headers += len(v)
	}
	for name, to := range map[string]*string{"From": &p.From, "To": &p.To, "Subject": &p.Subject} {
		if *to, err = new(mime.WordDecoder).DecodeHeader(m.Header.Get(name)); err != nil {
			return parsed{}, err
		}
	}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		return parsed{}, err
	}
	if kind == "text/plain" {
		text, err := io.ReadAll(quotedprintable.NewReader(m.Body))
		p.Text = lines(text)
		return p, err
	}
	return p, p.parts(multipart.NewReader(m.Body, params["boundary"]))
}

func (p *parsed) parts(r *multipart.Reader) error {
	for {
		part, err := r.NextPart() // takes quoted-printable away by itself
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		content, err := io.ReadAll(part)
		if err != nil {
			return err
		}
		if part.FileName() == "" {
			p.Text = lines(content)
			continue
		}
		content, err = base64.StdEncoding.DecodeString(lines(bytes.ReplaceAll(content, []byte("\r\n"), nil)))
		if err != nil {
			return err
		}
		_, params, err := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
		if err != nil {
			return err
		}
		p.Files = append(p.Files, Attachment{params["filename"], part.Header.Get("Content-Type"), content})
	}
}

func lines(text []byte) string { return strings.ReplaceAll(string(text), "\r\n", "\n") }

// want is what the reader of a message must see.
func want(m Message) parsed {
	p := parsed{
		From: m.From, To: "<" + m.To + ">", Subject: m.Subject, ID: "<" + m.ID() + ">",
		Date: m.Date.Format(time.RFC1123Z), Auto: "auto-generated", Text: m.Text, Headers: 9,
	}
	for _, a := range m.Attachments {
		if a.Type == "" {
			a.Type = "application/octet-stream"
		}
		p.Files = append(p.Files, a)
	}
	if len(p.Files) > 0 {
		p.Headers = 8 // the transfer encoding is that of the parts
	}
	return p
}

func TestAMessageIsReadAsItWasMeant(t *testing.T) {
	alone := receipt()
	alone.Attachments = nil
	looksEncoded := receipt()
	looksEncoded.Subject = "=?UTF-8?Q?=0D=0ABcc:_x@example.org?="
	long := receipt()
	long.Subject = strings.Repeat("adesione ", 100) + strings.Repeat("è", 50)
	for name, m := range map[string]Message{"receipt": receipt(), "without attachments": alone, "subject that looks encoded": looksEncoded, "long subject": long} {
		raw, err := Write(m)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got, err := parse(raw)
		if err != nil {
			t.Errorf("%s: %v in\n%s", name, err, raw)
		}
		if d := cmp.Diff(want(m), got); d != "" {
			t.Errorf("%s: -want +got\n%s", name, d)
		}
		for line := range strings.SplitSeq(string(raw), "\r\n") {
			if len(line) > 998 || strings.ContainsAny(line, "\r\n") || !ascii(strings.ReplaceAll(line, "\t", " ")) {
				t.Errorf("%s: line %q is not one of RFC 5322", name, line)
			}
		}
	}
}

func TestTheSameKeyIsTheSameMessage(t *testing.T) {
	first, err := Write(receipt())
	if err != nil {
		t.Fatal(err)
	}
	again, err := Write(receipt())
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(first), string(again)); d != "" {
		t.Errorf("-first +again\n%s", d)
	}
	other := receipt()
	other.Key += "/2"
	if other.ID() == receipt().ID() {
		t.Errorf("two keys have one Message-ID %q", other.ID())
	}
	if got, want := receipt().ID(), "@ambito.example"; !strings.HasSuffix(got, want) {
		t.Errorf("ID() = %q, want the domain of the sender", got)
	}
}

func TestWhatCannotBeSentIsRefused(t *testing.T) {
	for _, tt := range []struct {
		name, field string
		change      func(*Message)
	}{
		{"line break in the subject", "Subject", func(m *Message) { m.Subject = "Ricevuta\r\nBcc: x@example.org" }},
		{"bare LF in the subject", "Subject", func(m *Message) { m.Subject = "Ricevuta\nBcc: x@example.org" }},
		{"NUL in the subject", "Subject", func(m *Message) { m.Subject = "a\x00b" }},
		{"endless subject", "Subject", func(m *Message) { m.Subject = strings.Repeat("a", 1001) }},
		{"no subject", "Subject", func(m *Message) { m.Subject = "" }},
		{"line break in the address", "To", func(m *Message) { m.To = "info@ilmelograno.example\r\nBcc: x@example.org" }},
		{"line break in an encoded name", "To", func(m *Message) { m.To = "=?utf-8?q?a=0D=0ABcc:_x?= <info@ilmelograno.example>" }},
		{"two addresses", "To", func(m *Message) { m.To = "a@x.example, b@x.example" }},
		{"no address", "To", func(m *Message) { m.To = "Il Melograno" }},
		{"mailbox outside ASCII", "To", func(m *Message) { m.To = "città@x.example" }},
		{"mailbox too long", "To", func(m *Message) { m.To = strings.Repeat("a", 250) + "@x.example" }},
		{"no sender", "From", func(m *Message) { m.From = "" }},
		{"no key", "Key", func(m *Message) { m.Key = "" }},
		{"no date", "Date", func(m *Message) { m.Date = time.Time{} }},
		{"no text", "Text", func(m *Message) { m.Text = " \n" }},
		{"text in another encoding", "Text", func(m *Message) { m.Text = "citt\xe0" }},
		{"line break in a file name", "Attachment", func(m *Message) { m.Attachments[0].Name = "a\r\nX: 1" }},
		{"path in a file name", "Attachment", func(m *Message) { m.Attachments[0].Name = "../a" }},
		{"line break in a media type", "Attachment", func(m *Message) { m.Attachments[0].Type = "text/plain\r\nX: 1" }},
		{"media type with parts of its own", "Attachment", func(m *Message) { m.Attachments[0].Type = "multipart/mixed; boundary=a" }},
		{"no media type", "Attachment", func(m *Message) { m.Attachments[0].Type = "pdf;" }},
	} {
		m := receipt()
		tt.change(&m)
		_, err := Write(m)
		var f *FieldError
		if !errors.As(err, &f) || f.Field != tt.field {
			t.Errorf("%s: Write = %v, want a FieldError of %s", tt.name, err, tt.field)
		}
		if err != nil && strings.Contains(err.Error(), "x@example.org") {
			t.Errorf("%s: the error tells what was refused: %v", tt.name, err)
		}
	}
}

// Whatever comes from outside, a message is refused or has the headers it always
// has, and says what it was given to say (P17).
func TestNoInputMakesAHeader(t *testing.T) {
	accepted := 0
	odd := rapid.SampledFrom([]rune("\t :;,<>@\"\\=?.()%'*aBè👩\u2028\u0085\u202e"))
	hostile := rapid.OneOf(
		rapid.StringOfN(rapid.OneOf(odd, rapid.SampledFrom([]rune("\r\n\x00/")), rapid.Rune()), 0, 30, -1),
		rapid.StringOfN(odd, 1, 100, -1)) // half of them pass
	rapid.Check(t, func(t *rapid.T) {
		m := receipt()
		some := func(tame, name string) string {
			return rapid.OneOf(rapid.Just(tame), rapid.Just(tame), hostile).Draw(t, name)
		}
		m.Subject, m.Text, m.Key = some(m.Subject, "subject"), some(m.Text, "text"), some(m.Key, "key")
		m.To = some(m.To, "to")
		if rapid.Bool().Draw(t, "named") {
			m.To = some("Il Melograno", "name") + " <" + some("info", "local") + "@x.example>"
		}
		m.Attachments[0].Name, m.Attachments[1].Type = some("a.pdf", "file"), some("application/pdf", "type")
		raw, err := Write(m)
		if err != nil {
			var f *FieldError
			if !errors.As(err, &f) {
				t.Fatalf("Write = %v, want a FieldError", err)
			}
			return
		}
		accepted++
		got, err := parse(raw)
		if err != nil {
			t.Fatalf("%v in\n%s", err, raw)
		}
		if got.Headers != 8 || got.Subject != m.Subject || len(got.Files) != 2 || got.Files[0].Name != m.Attachments[0].Name {
			t.Fatalf("read as %+v, written\n%s", got, raw)
		}
	})
	if accepted == 0 {
		t.Error("every message was refused: nothing was tried")
	}
}
