package app

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"concerto/internal/pdz"
)

// fileName makes of a name as sent one that may be shown, written in the register and
// saved on any system. Its extension is that of the kind found: another one of ours is
// replaced, anything else stays in front of it. A signed file keeps the extension of
// what was signed.
func fileName(name, ext string) string {
	stem, had := cutExtensions(baseName(name))
	tail := "." + ext
	if signed := strings.TrimSuffix(had, tail) + tail; ext == "p7m" && len(signed) <= 20 {
		tail = signed
	}
	stem = strings.Trim(stem, " .")
	if runes := []rune(stem); len(runes)+len(tail) > maxName {
		stem = strings.TrimRight(string(runes[:maxName-len(tail)]), " .")
	}
	switch {
	case stem == "":
		stem = "allegato"
	case reserved(stem):
		stem = "_" + stem
	}
	return stem + tail
}

// baseName takes away paths of either slash and whatever hides or turns a text round,
// and replaces what Windows does not let a file be called.
func baseName(name string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = name[:min(len(name), 8*maxName)]
	name = strings.Map(nameRune, strings.ToValidUTF8(name, "_"))
	clean, p := pdz.Clean(name, false)
	if p != nil {
		clean, _ = pdz.Clean(strings.Map(noMark, name), false)
	}
	return norm.NFC.String(clean)
}

func nameRune(r rune) rune {
	switch {
	case unicode.IsControl(r), unicode.In(r, unicode.Zl, unicode.Zp):
		return -1
	case strings.ContainsRune(`<>:"|?*`, r), r&0xFFFE == 0xFFFE, r >= 0xFDD0 && r <= 0xFDEF:
		return '_'
	}
	return r
}

func noMark(r rune) rune {
	if unicode.Is(unicode.M, r) {
		return -1
	}
	return r
}

// cutExtensions parts a name from the extensions of accepted kinds at its end, in
// lower case: "Statuto.PDF.p7m" is "Statuto" and ".pdf.p7m".
func cutExtensions(name string) (stem, had string) {
	for {
		name = strings.TrimRight(name, " .")
		i := strings.LastIndexByte(name, '.')
		ext := strings.ToLower(name[i+1:])
		if i < 0 || ext != "jpeg" && !slices.ContainsFunc(fileKinds, func(k fileKind) bool { return k.ext == ext }) {
			return name, had
		}
		name, had = name[:i], "."+ext+had
	}
}

// reserved reports whether Windows takes a name for a device, whatever its extension.
func reserved(stem string) bool {
	device, _, _ := strings.Cut(strings.ToUpper(stem), ".")
	device = strings.TrimSpace(device)
	if port := strings.TrimRight(device, "123456789¹²³"); port == "COM" || port == "LPT" {
		return len([]rune(device)) == 4
	}
	return slices.Contains([]string{"CON", "PRN", "AUX", "NUL"}, device)
}
