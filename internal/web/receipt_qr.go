package web

import (
	"fmt"
	"strings"

	"rsc.io/qr"
)

// qrView is a QR code as one path of an SVG.
type qrView struct {
	Size int // of the side, with its margin
	Path string
	Text string // what it says
}

// quiet is the white border that readers need (ISO/IEC 18004, section 6.3.8).
const quiet = 4

// drawQR draws a text. Dark modules that touch in a row are one stroke.
func drawQR(text string) (qrView, error) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return qrView{}, fmt.Errorf("QR of %d characters: %w", len(text), err)
	}
	var b strings.Builder
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			n := 0
			for code.Black(x+n, y) {
				n++
			}
			if n > 0 {
				fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", x+quiet, y+quiet, n, n)
				x += n
			}
		}
	}
	return qrView{Size: code.Size + 2*quiet, Path: b.String(), Text: text}, nil
}
