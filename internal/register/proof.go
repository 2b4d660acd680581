package register

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

const proofHead = "c2sp.org/tlog-proof@v1"

// maxPath is the height of the tallest tree that maxCount leaves can make.
const maxPath = 53

// Proof says that a leaf is in the tree of a signed checkpoint. Its text is
// C2SP tlog-proof@v1, and the extra line carries the leaf, so that the file is
// evidence by itself.
type Proof struct {
	Leaf       []byte      // text of the leaf
	Index      int64       // its position in the tree
	Path       []tlog.Hash // from the leaf's sibling up to the root's child, RFC 6962 §2.1.1
	Checkpoint []byte      // signed note, verbatim
}

// Marshal writes the text of the proof, in files called *.tlog-proof.
func (p Proof) Marshal() ([]byte, error) {
	switch _, err := ParseCheckpoint(p.Checkpoint); {
	case err != nil:
		return nil, err
	case len(p.Leaf) == 0 || len(p.Leaf) > maxLeaf:
		return nil, &FormError{"proof", "extra", "no leaf, or longer than 1024 bytes"}
	case p.Index < 0 || p.Index > maxCount:
		return nil, &FormError{"proof", "index", "out of bounds"}
	case len(p.Path) > maxPath:
		return nil, &FormError{"proof", "path", "longer than any tree is high"}
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\nextra %s\nindex %d\n", proofHead, formatBase64(p.Leaf), p.Index)
	for _, h := range p.Path {
		b.WriteString(formatBase64(h[:]) + "\n")
	}
	b.WriteByte('\n')
	b.Write(p.Checkpoint)
	return b.Bytes(), nil
}

// ParseProof reads a proof and refuses any text that Marshal would not write.
// It does not check the proof: see Verify.
func ParseProof(text []byte) (Proof, error) {
	head, checkpoint, ok := bytes.Cut(text, []byte("\n\n"))
	if !ok {
		return Proof{}, &FormError{"proof", "", "no blank line before the checkpoint"}
	}
	lines := strings.Split(string(head), "\n")
	if len(lines) < 3 || lines[0] != proofHead {
		return Proof{}, &FormError{"proof", "", "does not begin with " + proofHead + ", extra, index"}
	}
	p := Proof{Checkpoint: slices.Clone(checkpoint)}
	if err := p.parseHead(lines[1:]); err != nil {
		return Proof{}, err
	}
	again, err := p.Marshal()
	if err != nil {
		return Proof{}, err
	}
	if !bytes.Equal(again, text) {
		return Proof{}, &FormError{"proof", "", "not the canonical spelling"}
	}
	return p, nil
}

// parseHead reads the lines extra, index and the path.
func (p *Proof) parseHead(lines []string) error {
	extra, ok := strings.CutPrefix(lines[0], "extra ")
	leaf, err := parseBase64(extra)
	if !ok || err != nil {
		return &FormError{"proof", "extra", "missing, or not canonical base64"}
	}
	decimal, ok := strings.CutPrefix(lines[1], "index ")
	index, err := parseDecimal(decimal)
	if !ok || err != nil {
		return &FormError{"proof", "index", "missing, or not a canonical decimal"}
	}
	p.Leaf, p.Index = leaf, index
	for _, line := range lines[2:] {
		h, err := parse32(line)
		if err != nil {
			return &FormError{"proof", "path", err.Error()}
		}
		p.Path = append(p.Path, h)
	}
	return nil
}
