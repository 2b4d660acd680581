package app

import (
	"bytes"
	"hash/crc32"
	"image"
	"image/jpeg"
	"image/png"

	"concerto/internal/pdz"
)

// checkJPEG asks for a picture of sane size that ends at its end-of-image marker, or at
// that of further pictures right behind it, as telephones add them (CIPA DC-007).
func checkJPEG(content []byte) *pdz.Problem {
	config, err := jpeg.DecodeConfig(bytes.NewReader(content))
	if err != nil || !sane(config) {
		return fault(CodeFileBroken)
	}
	end := 0
	for range 8 {
		n := jpegLength(content[end:])
		if n < 0 {
			break
		}
		end += n
	}
	if end == 0 {
		return fault(CodeFileBroken)
	}
	return checkTail(content, end)
}

func sane(c image.Config) bool {
	return c.Width > 0 && c.Height > 0 && c.Width <= maxSide && c.Height <= maxSide && c.Width*c.Height <= maxPixels
}

// jpegLength walks the segments of a JPEG (ITU-T T.81, annex B) and returns how many
// bytes it takes, or -1.
func jpegLength(b []byte) int {
	if len(b) < 4 || b[0] != 0xff || b[1] != 0xd8 {
		return -1
	}
	for i := 2; i+1 < len(b); {
		marker := b[i+1]
		switch {
		case b[i] != 0xff:
			return -1
		case marker == 0xff: // fill
			i++
		case marker == 0xd9:
			return i + 2
		case i+3 >= len(b):
			return -1
		case marker == 0xda:
			i = scanEnd(b, i+2+int(b[i+2])<<8+int(b[i+3]))
		default:
			i += 2 + int(b[i+2])<<8 + int(b[i+3])
		}
	}
	return -1
}

// scanEnd returns where the marker after a scan is: not a stuffed byte, not a restart.
func scanEnd(b []byte, i int) int {
	for ; i+1 < len(b); i++ {
		if m := b[i+1]; b[i] == 0xff && m != 0 && m != 0xff && (m < 0xd0 || m > 0xd7) {
			return i
		}
	}
	return len(b)
}

const pngBegin = "\x89PNG\r\n\x1a\n"

// checkPNG asks for a picture of sane size whose chunks are whole and which ends at IEND.
func checkPNG(content []byte) *pdz.Problem {
	config, err := png.DecodeConfig(bytes.NewReader(content))
	if err != nil || !sane(config) {
		return fault(CodeFileBroken)
	}
	for rest := content[len(pngBegin):]; len(rest) >= 12; {
		n := uint64(be32(rest))
		if n > uint64(len(rest)-12) || crc32.ChecksumIEEE(rest[4:8+n]) != be32(rest[8+n:]) {
			return fault(CodeFileBroken)
		}
		name := string(rest[4:8])
		rest = rest[12+n:]
		if name != "IEND" {
			continue
		}
		if p := checkTail(content, len(content)-len(rest)); p != nil || len(rest) == 0 {
			return p
		}
		break
	}
	return fault(CodeFileBroken)
}

func be32(b []byte) uint32 {
	return uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
}
