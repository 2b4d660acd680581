package definition

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"

	"github.com/gowebpki/jcs"
)

// canonical writes a tree as canonical JSON (RFC 8785). The order of keys,
// comments and white space of the source leave no trace in it.
func canonical(n *Node) ([]byte, error) {
	var b bytes.Buffer
	if err := writeJSON(&b, n); err != nil {
		return nil, err
	}
	return jcs.Transform(b.Bytes())
}

func writeJSON(b *bytes.Buffer, n *Node) error {
	switch n.Kind {
	case Mapping:
		return writeMapping(b, n)
	case List:
		return writeList(b, n)
	case Text:
		return writeText(b, n.Scalar)
	default:
		b.WriteString(n.Scalar)
		return nil
	}
}

func writeMapping(b *bytes.Buffer, n *Node) error {
	b.WriteByte('{')
	for i, e := range n.Entries {
		if i > 0 {
			b.WriteByte(',')
		}
		if err := writeText(b, e.Key); err != nil {
			return err
		}
		b.WriteByte(':')
		if err := writeJSON(b, e.Value); err != nil {
			return err
		}
	}
	b.WriteByte('}')
	return nil
}

func writeList(b *bytes.Buffer, n *Node) error {
	b.WriteByte('[')
	for i, v := range n.Items {
		if i > 0 {
			b.WriteByte(',')
		}
		if err := writeJSON(b, v); err != nil {
			return err
		}
	}
	b.WriteByte(']')
	return nil
}

func writeText(b *bytes.Buffer, s string) error {
	j, err := json.Marshal(s)
	b.Write(j)
	return err
}

func hash(resolved []byte) string {
	sum := sha256.Sum256(resolved)
	return hex.EncodeToString(sum[:])
}

// TreeOf reads canonical JSON back into a tree. It has no file and no places,
// and its keys are in the order of RFC 8785.
func TreeOf(resolved []byte) (*Node, error) {
	d := json.NewDecoder(bytes.NewReader(resolved))
	d.UseNumber()
	n, err := readJSON(d, 1)
	if err != nil {
		return nil, fmt.Errorf("resolved definition: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("resolved definition: text after its end")
	}
	return n, nil
}

func readJSON(d *json.Decoder, depth int) (*Node, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("%s", tooDeep)
	}
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch v := t.(type) {
	case json.Delim:
		if v == '{' {
			return readObject(d, depth)
		}
		return readArray(d, depth)
	case string:
		return &Node{Kind: Text, Scalar: v}, nil
	case json.Number:
		return &Node{Kind: Integer, Scalar: v.String()}, nil
	case bool:
		return &Node{Kind: Boolean, Scalar: fmt.Sprint(v)}, nil
	default:
		return nil, fmt.Errorf("null is not a value of a definition")
	}
}

func readObject(d *json.Decoder, depth int) (*Node, error) {
	n := &Node{Kind: Mapping}
	for d.More() {
		k, err := d.Token()
		if err != nil {
			return nil, err
		}
		v, err := readJSON(d, depth+1)
		if err != nil {
			return nil, err
		}
		n.Entries = append(n.Entries, Entry{Key: k.(string), Value: v})
	}
	_, err := d.Token()
	return n, err
}

func readArray(d *json.Decoder, depth int) (*Node, error) {
	n := &Node{Kind: List}
	for d.More() {
		v, err := readJSON(d, depth+1)
		if err != nil {
			return nil, err
		}
		n.Items = append(n.Items, v)
	}
	_, err := d.Token()
	return n, err
}
