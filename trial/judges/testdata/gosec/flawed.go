// Package flawed is what gosec has to complain about: it stores passwords as MD5
// and runs what it is given. Nothing imports it, and it is not built.
package flawed

import (
	"crypto/md5"
	"os/exec"
)

// Stored is how a careless program keeps a password.
func Stored(password string) [16]byte { return md5.Sum([]byte(password)) }

// Run runs what a visitor typed.
func Run(typed string) ([]byte, error) { return exec.Command("sh", "-c", typed).Output() }
