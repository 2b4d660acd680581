package register

import (
	"slices"
	"strconv"

	"golang.org/x/mod/sumdb/note"
)

// Code is the outcome of a verification, and the exit status of concerto verify.
type Code int

const (
	Valid        Code = 0
	NotValid     Code = 1 // it can be read, and something in it is false
	Unreadable   Code = 2 // it is no receipt, proof or checkpoint, or was damaged or edited
	NotAnchored  Code = 3 // all holds together, but no trusted key says that the log is the log
	Misbehaviour Code = 4 // the log contradicted itself under its own signature
)

// severity orders codes from the best to the worst.
var severity = []Code{Valid, NotAnchored, Unreadable, NotValid, Misbehaviour}

func worse(a, b Code) Code {
	if slices.Index(severity, a) > slices.Index(severity, b) {
		return a
	}
	return b
}

// Reasons say why a file got its code. Finding.Args hold what varies.
const (
	ReasonOK           = "ok"
	ReasonNotAnchored  = "not-anchored"  // origin
	ReasonFormat       = "format"        // detail
	ReasonKey          = "key"           // detail: a key given as trusted is not a key
	ReasonIndex        = "index"         // n of the leaf, index of the proof
	ReasonOrigin       = "origin"        // log of the leaf, origin of the checkpoint
	ReasonInclusion    = "inclusion"     // index, tree size
	ReasonSignature    = "signature"     // origin
	ReasonNoKey        = "no-key"        // origin
	ReasonUntrustedKey = "untrusted-key" // origin
	ReasonBody         = "body-commitment"
	ReasonFiles        = "files-commitment"
	ReasonFileCount    = "files-count" // listed, declared in the leaf
	ReasonAuthor       = "author-commitment"
)

// FileKind says what a file was found to be by its content.
type FileKind string

const (
	KindUnknown    FileKind = ""
	KindReceipt    FileKind = "receipt"
	KindProof      FileKind = "proof"
	KindCheckpoint FileKind = "checkpoint"
)

// NamedFile is a file to verify; the name is for the report only.
type NamedFile struct {
	Name string
	Data []byte
}

// Options is what the verifier knows from elsewhere.
type Options struct {
	Keys      []string // trusted verifier keys
	Witnessed [][]byte // checkpoints seen elsewhere: an e-mail, the Albo pretorio, another office
}

// Report is the outcome of a verification.
type Report struct {
	Code      Code       // the worst of all
	Findings  []Finding  // one for each file, in order, after those for unusable keys
	Unused    []Finding  // witnessed checkpoints that could not be compared; they change no code
	Conflicts []Conflict // proofs of misbehaviour
}

// Finding is what was found of one file.
type Finding struct {
	Name       string
	Kind       FileKind
	Code       Code
	Reason     string
	Args       []string
	Leaf       *Leaf       // of a receipt or proof whose leaf can be read
	CheckCode  string      // of that leaf
	Checkpoint *Checkpoint // whose signature may be false: see Code
}

// Verify checks files against each other and against o, without network or clock.
//
// Whether a file is valid depends on that file and the trusted keys alone. All the
// files together show whether the log contradicted itself.
func Verify(files []NamedFile, o Options) Report {
	var report Report
	var trusted, known keyring
	for _, key := range o.Keys {
		if err := trusted.add(key); err != nil {
			report.Findings = append(report.Findings,
				Finding{Name: key, Code: Unreadable, Reason: ReasonKey, Args: []string{err.Error()}})
		}
	}
	known = slices.Clone(trusted)
	var exhibits []*exhibit
	for _, f := range files {
		e := read(f)
		if e.receipt != nil {
			known.add(e.receipt.Key) // parsed already, with the receipt
		}
		exhibits = append(exhibits, e)
	}
	for _, e := range exhibits {
		e.judge(trusted, known)
		report.Findings = append(report.Findings, e.Finding)
	}
	for i, data := range o.Witnessed {
		e := read(NamedFile{"checkpoint osservato " + strconv.Itoa(i+1), data})
		if e.judge(trusted, known); len(e.signers) == 0 {
			report.Unused = append(report.Unused, e.Finding)
		}
		exhibits = append(exhibits, e)
	}
	report.Conflicts = conflicts(exhibits, trusted)
	report.Code = report.worst()
	return report
}

func (r Report) worst() Code {
	code := Valid
	for _, f := range r.Findings {
		code = worse(code, f.Code)
	}
	if len(r.Conflicts) > 0 {
		code = worse(code, Misbehaviour)
	}
	return code
}

// keyring is a list of verifier keys, each once.
type keyring []logKey

type logKey struct {
	text string
	note.Verifier
}

func (k *keyring) add(text string) error {
	v, err := parseKey(text)
	if err != nil {
		return err
	}
	if !k.has(text) {
		*k = append(*k, logKey{text, v})
	}
	return nil
}

func (k keyring) has(text string) bool {
	return slices.ContainsFunc(k, func(key logKey) bool { return key.text == text })
}

func (k keyring) knows(origin string) bool {
	return slices.ContainsFunc(k, func(key logKey) bool { return key.Name() == origin })
}

// signers lists the keys that signed a checkpoint. Keys are tried one by one: a
// list with two keys of equal name and 32-bit hash, which anyone can make, would
// be refused as a whole.
func (k keyring) signers(msg []byte) []string {
	var signers []string
	for _, key := range k {
		if _, err := OpenCheckpoint(msg, note.VerifierList(key)); err == nil {
			signers = append(signers, key.text)
		}
	}
	return signers
}
