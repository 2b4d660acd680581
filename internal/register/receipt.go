package register

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"golang.org/x/mod/sumdb/tlog"
)

const (
	receiptFormat = "concerto-ricevuta/1"
	maxReceipt    = 1 << 20 // bytes
)

// Opening is what a leaf only commits to: the content of an act, and the salts
// that open the commitments. It is the owner's; the log never holds it.
type Opening struct {
	Body   []byte // canonical JSON of the act; empty when the leaf commits to none
	Files  []byte // see FileList; empty when nothing was attached
	Author []byte // canonical JSON: who acted, for which body, and how we know
	Salts  Salts
}

// Salts are the random values of the three commitments of one leaf, never used twice.
type Salts struct{ Body, Files, Author [32]byte }

// NewSalts draws fresh salts from rand.
func NewSalts(rand io.Reader) (Salts, error) {
	var s Salts
	for _, salt := range []*[32]byte{&s.Body, &s.Files, &s.Author} {
		if _, err := io.ReadFull(rand, salt[:]); err != nil {
			return Salts{}, fmt.Errorf("salt: %w", err)
		}
	}
	return s, nil
}

// Seal returns l with its commitments to the content of o.
func (o Opening) Seal(l Leaf) (Leaf, error) {
	files, err := o.parse()
	if err != nil {
		return Leaf{}, err
	}
	l.Body, l.Files, l.FileCount = tlog.Hash{}, tlog.Hash{}, len(files)
	if len(o.Body) > 0 {
		l.Body = Commit(FieldBody, o.Salts.Body, o.Body)
	}
	if len(files) > 0 {
		l.Files = Commit(FieldFiles, o.Salts.Files, o.Files)
	}
	l.Author = Commit(FieldAuthor, o.Salts.Author, o.Author)
	return l, nil
}

// parse checks the form of the content and returns its files.
func (o Opening) parse() ([]File, error) {
	if len(o.Body) > 0 && !isCanonical(o.Body) {
		return nil, &FormError{"receipt", "body", "not canonical JSON"}
	}
	if !isCanonical(o.Author) {
		return nil, &FormError{"receipt", "author", "not canonical JSON"}
	}
	return ParseFileList(o.Files)
}

// Receipt is what the owner of an act takes home, in a file ricevuta.json: the
// proof that the act is in the register, what it said, and the means to show that
// the two belong together. It holds personal data and salts, so it goes to nobody
// but the owner.
type Receipt struct {
	Proof Proof
	Key   string // verifier key of the log; says who signed, not that he is trusted
	Opening
}

// receiptFile is the JSON of a receipt, with members in canonical order.
type receiptFile struct {
	Author string    `json:"author"`
	Body   string    `json:"body"`
	Files  string    `json:"files"`
	Format string    `json:"format"`
	Key    string    `json:"key"`
	Proof  string    `json:"proof"`
	Salts  saltsFile `json:"salts"`
}

type saltsFile struct {
	Author string `json:"author"`
	Body   string `json:"body"`
	Files  string `json:"files"`
}

// Marshal writes ricevuta.json. The salt of a field without content is left out:
// nothing would check it, and a receipt has no bit that is not checked.
func (r Receipt) Marshal() ([]byte, error) {
	if err := r.validate(); err != nil {
		return nil, err
	}
	proof, err := r.Proof.Marshal()
	if err != nil {
		return nil, err
	}
	f := receiptFile{Author: string(r.Author), Body: string(r.Body), Files: string(r.Files),
		Format: receiptFormat, Key: r.Key, Proof: string(proof)}
	f.Salts.Author = formatBase64(r.Salts.Author[:])
	if f.Body != "" {
		f.Salts.Body = formatBase64(r.Salts.Body[:])
	}
	if f.Files != "" {
		f.Salts.Files = formatBase64(r.Salts.Files[:])
	}
	out, err := Canonical(f)
	if err == nil && len(out) > maxReceipt {
		return nil, &FormError{"receipt", "", "longer than 1 MiB"}
	}
	return out, err
}

// validate checks the form of every part; Verify checks what they say.
// The checkpoint must have exactly one signature. Those of witnesses come later
// and C2SP has us pass over unknown ones: inside a receipt they would be bytes
// that anyone can change.
func (r Receipt) validate() error {
	if _, err := parseKey(r.Key); err != nil {
		return err
	}
	if _, err := ParseLeaf(r.Proof.Leaf); err != nil {
		return err
	}
	_, signatures, err := splitCheckpoint(r.Proof.Checkpoint)
	if err == nil && signatures != 1 {
		return &FormError{"receipt", "proof", "the checkpoint has more than one signature"}
	}
	if err != nil {
		return err
	}
	_, err = r.parse()
	return err
}

// ParseReceipt reads ricevuta.json and refuses any bytes that Marshal would not
// write: white space, other order, unknown members, escapes that are not needed.
func ParseReceipt(text []byte) (Receipt, error) {
	if len(text) > maxReceipt {
		return Receipt{}, &FormError{"receipt", "", "longer than 1 MiB"}
	}
	var f receiptFile
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return Receipt{}, &FormError{"receipt", "", err.Error()}
	}
	if f.Format != receiptFormat {
		return Receipt{}, &FormError{"receipt", "format", "not " + receiptFormat}
	}
	r, err := f.receipt()
	if err != nil {
		return Receipt{}, err
	}
	again, err := r.Marshal()
	if err != nil {
		return Receipt{}, err
	}
	if !bytes.Equal(again, text) {
		return Receipt{}, &FormError{"receipt", "", "not the canonical spelling"}
	}
	return r, nil
}

func (f receiptFile) receipt() (Receipt, error) {
	proof, err := ParseProof([]byte(f.Proof))
	if err != nil {
		return Receipt{}, err
	}
	r := Receipt{Proof: proof, Key: f.Key}
	r.Body, r.Files, r.Author = bytesOf(f.Body), bytesOf(f.Files), bytesOf(f.Author)
	for _, s := range []struct {
		text string
		salt *[32]byte
	}{{f.Salts.Body, &r.Salts.Body}, {f.Salts.Files, &r.Salts.Files}, {f.Salts.Author, &r.Salts.Author}} {
		if s.text == "" {
			continue
		}
		if *s.salt, err = parse32(s.text); err != nil {
			return Receipt{}, &FormError{"receipt", "salts", err.Error()}
		}
	}
	return r, nil
}

// bytesOf keeps nil for what is absent, so that receipts compare deeply.
func bytesOf(s string) []byte {
	if s == "" {
		return nil
	}
	return []byte(s)
}

// Leaf returns the act as the register holds it.
func (r Receipt) Leaf() (Leaf, error) { return ParseLeaf(r.Proof.Leaf) }

// CheckCode is the short form of the leaf hash that is printed on the receipt.
func (r Receipt) CheckCode() string { return CheckCode(LeafHash(r.Proof.Leaf)) }
