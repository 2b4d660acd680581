package main

import (
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"concerto/trial/bench/stat"
)

// tmpfs is the type of a file system in memory (statfs(2)).
const tmpfs = 0x01021994

// inRAM reports whether a folder lies on no disk.
func inRAM(dir string) bool {
	var fs syscall.Statfs_t
	return syscall.Statfs(dir, &fs) == nil && fs.Type == tmpfs
}

// flushes times what a flush of a few kilobytes to the disk takes.
func flushes(dir string) (p50, p99 time.Duration, err error) {
	f, err := os.Create(filepath.Join(dir, "flush"))
	if err != nil {
		return 0, 0, err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	const times = 100
	took := make([]time.Duration, times)
	page := make([]byte, 4096)
	for i := range took {
		if _, err := f.Write(page); err != nil {
			return 0, 0, err
		}
		begin := time.Now()
		if err := syscall.Fdatasync(int(f.Fd())); err != nil {
			return 0, 0, err
		}
		took[i] = time.Since(begin)
	}
	slices.Sort(took)
	return stat.Quantile(took, 0.5), stat.Quantile(took, 0.99), nil
}
