// Command concerto runs the participatory planning of a Piano Sociale di Zona.
package main

import (
	"os"

	"concerto/internal/cli"
)

func main() { os.Exit(cli.Main(os.Args[1:], os.Stdout, os.Stderr)) }
