// Command vulnerable calls a function of a version that is known to be weak: with
// some language tags the parser reads beyond its buffer (CVE-2021-38561).
package main

import (
	"fmt"
	"os"

	"golang.org/x/text/language"
)

func main() {
	for _, tag := range os.Args[1:] {
		fmt.Println(language.Parse(tag))
	}
}
