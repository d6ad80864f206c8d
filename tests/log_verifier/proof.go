package main

import (
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	proofMagic = "c2sp.org/tlog-proof@v1"
	// maxProofBytes: a note, 64 hashes and room for extra data.
	maxProofBytes = 2 * maxNoteBytes
	// maxProofHashes is the height of the tallest tree whose size fits 64 bits.
	maxProofHashes = 64
)

// An inclusionProof (c2sp.org/tlog-proof) whose checkpoint's signature was verified.
type inclusionProof struct {
	checkpoint
	where  string
	index  int64
	hashes tlog.RecordProof
}

func readProof(path string, key note.Verifier) (inclusionProof, error) {
	proof := inclusionProof{where: path}
	data, err := readBounded(path, maxProofBytes)
	if err != nil {
		return proof, err
	}
	// The first empty line ends the proof's own lines: the note's comes after its text.
	split := strings.Index(string(data), "\n\n")
	if split < 0 {
		return proof, fmt.Errorf("%s: no empty line between proof and checkpoint", path)
	}
	if err := proof.parseLines(strings.Split(string(data[:split]), "\n")); err != nil {
		return proof, fmt.Errorf("%s: %v", path, err)
	}
	proof.checkpoint, err = openCheckpoint(path, data[split+2:], key)
	return proof, err
}

func (proof *inclusionProof) parseLines(lines []string) error {
	if lines[0] != proofMagic {
		return fmt.Errorf("line 1 is not %q", proofMagic)
	}
	number, lines := 2, lines[1:]
	if len(lines) > 0 && strings.HasPrefix(lines[0], "extra ") {
		// Nothing authenticates it, so nothing is done with it.
		if _, err := parseBase64(strings.TrimPrefix(lines[0], "extra ")); err != nil {
			return fmt.Errorf("line %d, extra: %v", number, err)
		}
		number, lines = number+1, lines[1:]
	}
	if len(lines) == 0 || !strings.HasPrefix(lines[0], "index ") {
		return fmt.Errorf("line %d is not \"index\" and a number", number)
	}
	var err error
	if proof.index, err = parseDecimal(strings.TrimPrefix(lines[0], "index ")); err != nil {
		return fmt.Errorf("line %d, the index: %v", number, err)
	}
	return proof.parseHashes(lines[1:], number+1)
}

func (proof *inclusionProof) parseHashes(lines []string, number int) error {
	if len(lines) > maxProofHashes {
		return errors.New("more hashes than any tree is high")
	}
	for i, line := range lines {
		hash, err := parseHash(line)
		if err != nil {
			return fmt.Errorf("line %d: %v", number+i, err)
		}
		proof.hashes = append(proof.hashes, hash)
	}
	return nil
}

func (proof inclusionProof) check(entry []byte) error {
	leaf := tlog.RecordHash(entry)
	err := tlog.CheckRecord(proof.hashes, proof.tree.N, proof.tree.Hash, proof.index, leaf)
	if err != nil {
		return fmt.Errorf("%s: inclusion of an entry of %d bytes as index %d of %d: %v",
			proof.where, len(entry), proof.index, proof.tree.N, err)
	}
	return nil
}
