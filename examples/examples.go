// Package examples holds process definitions that show what the format can say,
// and the invented content with which the demo enacts one of them.
package examples

import "embed"

// Files holds <example>/process.yaml, and <example>/content/ where there is any.
//
//go:embed */process.yaml lecce-2013/content/*.yaml
var Files embed.FS
