package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"

	"concerto/trial/bench/child"
)

// overlay is what `go build -overlay` reads.
type overlay struct{ Replace map[string]string }

// writeOverlay lays the file of the floor into package web, of the tree at root.
func writeOverlay(root, dir string) (file string, err error) {
	text, err := json.Marshal(overlay{map[string]string{
		filepath.Join(root, "internal/web/rawfile.go"): filepath.Join(root, "trial/bench/rawfile/overlay/rawfile.go"),
	}})
	if err != nil {
		return "", err
	}
	file = filepath.Join(dir, "overlay.json")
	return file, os.WriteFile(file, text, 0o644)
}

// buildRawFile builds the floor of the rush from the tree the bench was started in.
func buildRawFile(ctx context.Context, dir string) (program string, err error) {
	root, err := os.Getwd()
	if err != nil {
		return "", err
	}
	file, err := writeOverlay(root, dir)
	if err != nil {
		return "", err
	}
	program = filepath.Join(dir, "rawfile")
	return program, child.Run(ctx, root, "go", "build", "-trimpath", "-tags", "rawfile", "-overlay", file, "-o", program, "./trial/bench/rawfile")
}
