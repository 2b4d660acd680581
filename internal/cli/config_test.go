package cli

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

const configurationPage = "../../doc/configurazione.md"

// settings are the rows that the page must have: command, flag, variable, default.
func settings(t *testing.T) []string {
	t.Helper()
	parser, err := kong.New(&commands{}, kong.Name("concerto"), kong.DefaultEnvars("CONCERTO"))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	add := func(command string, flags []*kong.Flag) {
		for _, f := range flags {
			if f.Name == "help" {
				continue
			}
			out = append(out, fmt.Sprintf("%s: | `--%s` | %s | %s |", command, f.Name, code(strings.Join(f.Envs, ",")), code(f.Default)))
		}
	}
	add("concerto", parser.Model.Flags)
	for _, command := range parser.Model.Children {
		add(command.Name, command.Flags)
	}
	return out
}

func code(s string) string {
	if s == "" {
		return ""
	}
	return "`" + s + "`"
}

var (
	commandHeading = regexp.MustCompile("^## .*`concerto ([a-z]+)")
	settingRow     = regexp.MustCompile("^(\\| `--[a-z-]+` \\|[^|]*\\|[^|]*\\|) \\S")
	tableHead      = regexp.MustCompile("^\\| opzione di `([a-z]+)`")
)

// The page of settings has a row, with something said in it, for every flag of every
// command, and none besides.
func TestEverySettingIsDocumentedAndNoOther(t *testing.T) {
	text, err := os.ReadFile(configurationPage)
	if err != nil {
		t.Fatal(err)
	}
	command := "concerto"
	var got []string
	for _, line := range strings.Split(string(text), "\n") {
		if m := commandHeading.FindStringSubmatch(line); m != nil {
			command = m[1]
		}
		if m := tableHead.FindStringSubmatch(line); m != nil {
			command = m[1]
		}
		if m := settingRow.FindStringSubmatch(line); m != nil {
			got = append(got, command+": "+strings.Join(strings.Fields(m[1]), " "))
		}
	}
	var want []string
	for _, s := range settings(t) {
		want = append(want, strings.Join(strings.Fields(s), " "))
	}
	for _, s := range want {
		if !slices.Contains(got, s) {
			t.Errorf("%s has no row: %s", configurationPage, s)
		}
	}
	for _, s := range got {
		if !slices.Contains(want, s) {
			t.Errorf("%s has a row that no command knows: %s", configurationPage, s)
		}
	}
	if len(want) < 30 {
		t.Errorf("%d settings: the test looks in the wrong place", len(want))
	}
}
