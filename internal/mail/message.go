// Package mail writes messages and hands them to a mail server.
//
// A message is plain text with attachments, to one person. It is made from facts
// that are stored already, so the same message can be written again at any time
// and comes out byte for byte the same: its Message-ID and boundary derive from
// the key of the outbox, its date is that of the act. A second delivery after a
// lost answer is therefore the same message, and mail programs show it once.
//
// What comes from outside (a name in a subject, an address typed in a form) is a
// value and never a header (threat P17): a message that holds a line break or a
// NUL where a header takes its value is refused before a byte is written, and the
// rest is encoded here rather than trusted to look harmless.
//
// Transport is the one seam. Its errors say whether to try again: what is wrong
// with the message is permanent, what is wrong with the way to the server is not.
package mail

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"mime"
	netmail "net/mail"
	"strings"
	"time"
	"unicode/utf8"

	gomail "github.com/wneessen/go-mail"
)

// Message is a text to one person. All fields but Attachments are required.
type Message struct {
	From        string // address, with or without a name (RFC 5322, section 3.4)
	To          string // the same
	Subject     string
	Text        string // UTF-8, lines ended by \n
	Attachments []Attachment
	Key         string    // idempotency key: the same key is the same message
	Date        time.Time // of the act that the message tells of
}

// Attachment is a file that travels with a message.
type Attachment struct {
	Name    string // file name, without path
	Type    string // media type; empty for application/octet-stream
	Content []byte
}

// Limits of a message. A mailbox is at most 254 octets (RFC 5321, section
// 4.5.3.1, less the brackets), a file name 255 on any system.
const (
	maxAddress = 254
	maxSubject = 1000
	maxName    = 255
)

// FieldError says which field of a message is refused, without its content,
// which may be personal.
type FieldError struct {
	Field string
	Why   string
}

func (e *FieldError) Error() string { return "mail: " + e.Field + ": " + e.Why }

// Check returns a *FieldError for the first field that cannot be sent.
func (m Message) Check() error {
	if _, err := address("From", m.From); err != nil {
		return err
	}
	if _, err := address("To", m.To); err != nil {
		return err
	}
	if err := value("Subject", m.Subject, maxSubject); err != nil {
		return err
	}
	switch {
	case m.Key == "":
		return &FieldError{"Key", "empty"}
	case m.Date.IsZero():
		return &FieldError{"Date", "not given"}
	case strings.TrimSpace(m.Text) == "":
		return &FieldError{"Text", "empty"}
	case !utf8.ValidString(m.Text):
		return &FieldError{"Text", "not UTF-8"}
	}
	for _, a := range m.Attachments {
		if err := a.check(); err != nil {
			return err
		}
	}
	return nil
}

func (a Attachment) check() error {
	if err := value("Attachment", a.Name, maxName); err != nil {
		return err
	}
	if strings.ContainsAny(a.Name, `/\`) {
		return &FieldError{"Attachment", "holds a path"}
	}
	if a.Type == "" {
		return nil
	}
	if err := value("Attachment", a.Type, maxName); err != nil {
		return err
	}
	kind, _, err := mime.ParseMediaType(a.Type)
	family, _, ok := strings.Cut(kind, "/")
	if err != nil || !ok || family == "multipart" || family == "message" {
		return &FieldError{"Attachment", "not the media type of a file"}
	}
	return nil
}

// address reads one address. Only ASCII mailboxes are taken: the others need
// servers that speak SMTPUTF8 all the way, and an answer could not be trusted.
func address(field, s string) (*netmail.Address, error) {
	if err := value(field, s, maxAddress+maxName); err != nil {
		return nil, err
	}
	a, err := netmail.ParseAddress(s)
	if err != nil {
		return nil, &FieldError{field, "not an address"}
	}
	// A name may hide a line break in an encoded word; it is decoded by now.
	if err := value(field, a.Address+" "+a.Name, maxAddress+maxName+1); err != nil {
		return nil, err
	}
	if len(a.Address) > maxAddress || !ascii(a.Address) {
		return nil, &FieldError{field, "not a mailbox that every server takes"}
	}
	return a, nil
}

// value checks a text that will be the value of a header.
func value(field, s string, limit int) error {
	switch {
	case s == "":
		return &FieldError{field, "empty"}
	case strings.ContainsAny(s, "\r\n\x00"):
		return &FieldError{field, "holds a line break or NUL"}
	case len(s) > limit:
		return &FieldError{field, fmt.Sprintf("longer than %d octets", limit)}
	case !utf8.ValidString(s):
		return &FieldError{field, "not UTF-8"}
	}
	return nil
}

func ascii(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r < ' ' || r > '~' }) < 0
}

// ID returns the Message-ID without brackets. It derives from the key alone, and
// from the domain of the sender, which is what makes it unique in the world.
func (m Message) ID() string {
	domain := "localhost"
	if a, err := address("From", m.From); err == nil {
		domain = a.Address[strings.LastIndexByte(a.Address, '@')+1:]
	}
	return m.digest() + "@" + domain
}

func (m Message) digest() string {
	sum := sha256.Sum256([]byte(m.Key))
	return hex.EncodeToString(sum[:16])
}

// Write returns the message as it travels (RFC 5322).
func Write(m Message) ([]byte, error) {
	msg, err := build(m)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if _, err := msg.WriteTo(&b); err != nil {
		return nil, fmt.Errorf("message %s: %w", m.ID(), err)
	}
	return b.Bytes(), nil
}

// build puts a checked message together. It is marked as automatic, so that no
// absence notice answers it (RFC 3834, section 5).
func build(m Message) (*gomail.Msg, error) {
	if err := m.Check(); err != nil {
		return nil, err
	}
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithBoundary(m.digest()))
	from, err := address("From", m.From)
	if err != nil {
		return nil, err
	}
	to, err := address("To", m.To)
	if err != nil {
		return nil, err
	}
	msg.FromMailAddress(from)
	msg.ToMailAddress(to)
	msg.SetDateWithValue(m.Date)
	msg.SetMessageIDWithValue(m.ID())
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetGenHeaderPreformatted(gomail.HeaderSubject, encodeHeader(m.Subject))
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	for _, a := range m.Attachments {
		msg.AttachReadSeeker(a.Name, bytes.NewReader(a.Content), a.headers)
	}
	return msg, nil
}

// headers names the file in the way of RFC 2231, which keeps accents in a
// parameter; encoded words are not allowed there (RFC 2047, section 5).
func (a Attachment) headers(f *gomail.File) {
	kind := a.Type
	if kind == "" {
		kind = string(gomail.TypeAppOctetStream)
	}
	f.Header.Set("Content-Type", kind)
	f.Header.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": a.Name}))
}
