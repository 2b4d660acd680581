package instance

import (
	"os"
	"path/filepath"
	"regexp"
	"time"

	"concerto/examples"
)

// noticeDay is the day of the notice of Lecce, which opens its window of adhesion;
// the window closes nine days and a half later.
var noticeDay = time.Date(2013, 10, 9, 0, 0, 0, 0, time.UTC)

const week = 7 * 24 * time.Hour

var day = regexp.MustCompile(`\b20\d\d-\d\d-\d\d`)

// Notice returns the definition of Lecce with its days moved by whole weeks, so
// that the notice came out within the last seven days and adhesions are timely
// for two days at least. Days before the notice, those of laws and acts, stay.
func Notice(now time.Time) ([]byte, error) {
	src, err := examples.Files.ReadFile("lecce-2013/process.yaml")
	if err != nil {
		return nil, err
	}
	shift := now.Sub(noticeDay) / week * week
	return day.ReplaceAllFunc(src, func(text []byte) []byte {
		d, err := time.Parse(time.DateOnly, string(text))
		if err != nil || d.Before(noticeDay) {
			return text
		}
		return []byte(d.Add(shift).Format(time.DateOnly))
	}), nil
}

// WriteNotice writes the notice of now into a folder and returns its path.
func WriteNotice(dir string, now time.Time) (string, error) {
	src, err := Notice(now)
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "notice.yaml")
	return path, os.WriteFile(path, src, 0o644)
}
