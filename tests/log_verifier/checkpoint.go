package main

import (
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	// maxNoteBytes leaves room for a hundred post-quantum cosignatures.
	maxNoteBytes = 1 << 20
	// maxTreeSize keeps package tlog's arithmetic, which is in int64, far from overflow.
	maxTreeSize = int64(1) << 56
)

// A checkpoint (c2sp.org/tlog-checkpoint) whose signature was verified.
type checkpoint struct {
	origin string
	tree   tlog.Tree
}

func readCheckpoint(path string, key note.Verifier) (checkpoint, error) {
	signed, err := readBounded(path, maxNoteBytes)
	if err != nil {
		return checkpoint{}, err
	}
	return openCheckpoint(path, signed, key)
}

// openCheckpoint looks at the text only after the signature holds. Signatures by other keys, as
// witnesses add them, are passed over.
func openCheckpoint(where string, signed []byte, key note.Verifier) (checkpoint, error) {
	opened, err := note.Open(signed, note.VerifierList(key))
	if err != nil {
		return checkpoint{}, fmt.Errorf("signature of %s by %s+%08x: %v",
			where, key.Name(), key.KeyHash(), err)
	}
	head, err := parseHead(opened.Text)
	if err != nil {
		return checkpoint{}, fmt.Errorf("%s: %v", where, err)
	}
	if head.origin != key.Name() {
		return checkpoint{}, fmt.Errorf("%s: origin %q is not the key's name, %q",
			where, head.origin, key.Name())
	}
	return head, nil
}

// parseHead wants origin, size and root and nothing else: the log writes no extension lines, so
// that every byte it signs is one that a monitor can audit.
func parseHead(text string) (checkpoint, error) {
	lines := strings.Split(text, "\n")
	if len(lines) != 4 || lines[3] != "" {
		return checkpoint{}, fmt.Errorf("%d text lines where origin, size and root are wanted",
			len(lines)-1)
	}
	if lines[0] == "" {
		return checkpoint{}, fmt.Errorf("line 1: the origin is empty")
	}
	size, err := parseDecimal(lines[1])
	if err != nil {
		return checkpoint{}, fmt.Errorf("line 2, the size: %v", err)
	}
	if size > maxTreeSize {
		return checkpoint{}, fmt.Errorf("line 2, the size: above %d", maxTreeSize)
	}
	root, err := parseHash(lines[2])
	if err != nil {
		return checkpoint{}, fmt.Errorf("line 3, the root: %v", err)
	}
	return checkpoint{origin: lines[0], tree: tlog.Tree{N: size, Hash: root}}, nil
}

// parseDecimal takes the one way to write a number: no sign, no leading zero.
func parseDecimal(text string) (int64, error) {
	value, err := strconv.ParseInt(text, 10, 64)
	if err != nil || value < 0 || strconv.FormatInt(value, 10) != text {
		return 0, fmt.Errorf("%q is not a plain decimal number", text)
	}
	return value, nil
}

// parseBase64 takes the one way to write bytes. Go's decoder passes over line breaks, and unless
// strict over stray last bits, so what it takes is written again and compared.
func parseBase64(text string) ([]byte, error) {
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil || base64.StdEncoding.EncodeToString(data) != text {
		return nil, fmt.Errorf("%q is not plain base64", text)
	}
	return data, nil
}

func parseHash(text string) (tlog.Hash, error) {
	var hash tlog.Hash
	data, err := parseBase64(text)
	if err != nil || len(data) != tlog.HashSize {
		return hash, fmt.Errorf("%q is not the base64 of %d bytes", text, tlog.HashSize)
	}
	copy(hash[:], data)
	return hash, nil
}

// readBounded fails rather than take a file into memory that cannot be what it should be.
func readBounded(path string, limit int64) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(data)) > limit {
		return nil, fmt.Errorf("%s: longer than the %d bytes it can have", path, limit)
	}
	return data, nil
}
