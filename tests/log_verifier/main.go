// Log_verifier checks a C2SP tlog-tiles directory with Go's transparency log packages, which share
// no code with the log that wrote it. README.md says what each check rests on.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"golang.org/x/mod/sumdb/note"
)

const (
	exitHolds = 0
	exitFails = 1
	exitUsage = 2
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

func run(arguments []string, stdout, stderr io.Writer) int {
	asked, err := parseArguments(arguments, stdout)
	if errors.Is(err, flag.ErrHelp) {
		return exitHolds
	}
	if err != nil {
		fmt.Fprintf(stderr, "log_verifier: %v (see -help)\n", err)
		return exitUsage
	}
	if err := verify(asked, stdout); err != nil {
		fmt.Fprintf(stderr, "FAIL %v\n", err)
		return exitFails
	}
	return exitHolds
}

// verify does what was asked, cheapest first, and stops at the first thing that does not hold.
func verify(asked arguments, stdout io.Writer) error {
	if asked.dir == "" {
		return verifyProof(asked, nil, stdout)
	}
	log, err := openLog(asked.dir, asked.key)
	if err != nil {
		return err
	}
	say(stdout, "ok signature origin=%s size=%d", log.origin, log.tree.N)
	if err := log.checkRightEdge(); err != nil {
		return err
	}
	say(stdout, "ok tiles root=%s", log.tree.Hash)
	if err := verifyOlder(asked, log, stdout); err != nil {
		return err
	}
	if err := verifyIndexes(asked, log, stdout); err != nil {
		return err
	}
	if err := verifyAll(asked, log, stdout); err != nil {
		return err
	}
	return verifyProof(asked, log, stdout)
}

func verifyOlder(asked arguments, log *openedLog, stdout io.Writer) error {
	if asked.from == "" {
		return nil
	}
	older, err := readCheckpoint(asked.from, asked.key)
	if err != nil {
		return err
	}
	say(stdout, "ok older signature origin=%s size=%d", older.origin, older.tree.N)
	if err := log.checkConsistency(older); err != nil {
		return err
	}
	say(stdout, "ok consistency %d -> %d", older.tree.N, log.tree.N)
	return nil
}

func verifyIndexes(asked arguments, log *openedLog, stdout io.Writer) error {
	indexes, err := asked.indexes.of(log.tree.N)
	if err != nil {
		return err
	}
	for _, index := range indexes {
		if err := log.checkInclusion(index); err != nil {
			return err
		}
		say(stdout, "ok inclusion index=%d", index)
	}
	return nil
}

func verifyAll(asked arguments, log *openedLog, stdout io.Writer) error {
	if !asked.all {
		return nil
	}
	if err := log.checkAll(); err != nil {
		return err
	}
	say(stdout, "ok all %d entries", log.tree.N)
	return nil
}

// verifyProof needs no log where the entry's bytes were given: a proof stands for itself.
func verifyProof(asked arguments, log *openedLog, stdout io.Writer) error {
	if asked.proof == "" {
		return nil
	}
	proof, err := readProof(asked.proof, asked.key)
	if err != nil {
		return err
	}
	say(stdout, "ok proof signature origin=%s size=%d", proof.origin, proof.tree.N)
	entry := asked.entry
	if !asked.entryGiven {
		if entry, err = log.readEntry(proof.index); err != nil {
			return err
		}
	}
	if err := proof.check(entry); err != nil {
		return err
	}
	say(stdout, "ok proof inclusion index=%d size=%d", proof.index, proof.tree.N)
	return nil
}

func say(stdout io.Writer, format string, values ...interface{}) {
	fmt.Fprintf(stdout, format+"\n", values...)
}

// openLog reads nothing but the checkpoint; tiles and entries are read as checks ask for them.
func openLog(dir string, key note.Verifier) (*openedLog, error) {
	tiles := tileDirectory{dir}
	head, err := readCheckpoint(tiles.path("checkpoint"), key)
	if err != nil {
		return nil, err
	}
	return &openedLog{checkpoint: head, tiles: tiles}, nil
}
