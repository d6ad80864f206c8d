//go:build ignore

// Log_generator writes a C2SP tlog-tiles directory with Go's transparency log packages, so that
// another verifier can be held against a log that it did not write. It shares no code with
// log_verifier beside it. Being a program of its own, it is built by its file's name.
package main

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const usage = `log_generator: writes a C2SP tlog-tiles log of test entries with Go's packages.

  log_generator -dir DIR -origin ORIGIN -size N [-seed S] [-key-out FILE] [-fork N]
                [-proof-out FILE -proof-index N]

  -dir DIR        where; a smaller log of the same seed that is there grows, with its partial tiles
  -origin ORIGIN  the checkpoint's first line and the key's name: no spaces, no plus
  -size N         entries; entry i is 0x01 and SHA-256("firstbell-test-entry" || i), where i has
                  8 bytes, big-endian
  -seed S         the same text gives the same key; without it, a new one
  -key-out FILE   takes the verifier key, one line
  -fork N         from entry N on, hashes "firstbell-test-fork" instead: another history
  -proof-out FILE -proof-index N
                  takes a c2sp.org/tlog-proof@v1 of entry N

The private key is not kept. Exit code 0: written; 1: not; 2: wrong usage.
`

const (
	tileHeight = 8
	tileWidth  = 1 << tileHeight
	maxSize    = 1 << 24 // all hashes are held in memory
)

type settings struct {
	dir, origin, seed, keyOut, proofOut string
	size, fork, proofIndex              int64
}

func main() {
	wanted, err := parseSettings(os.Args[1:])
	if errors.Is(err, flag.ErrHelp) {
		fmt.Print(usage)
		return
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "log_generator: %v (see -help)\n", err)
		os.Exit(2)
	}
	if err := generate(wanted); err != nil {
		fmt.Fprintf(os.Stderr, "log_generator: %v\n", err)
		os.Exit(1)
	}
}

func parseSettings(args []string) (settings, error) {
	var s settings
	flags := flag.NewFlagSet("log_generator", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&s.dir, "dir", "", "")
	flags.StringVar(&s.origin, "origin", "", "")
	flags.Int64Var(&s.size, "size", -1, "")
	flags.StringVar(&s.seed, "seed", "", "")
	flags.StringVar(&s.keyOut, "key-out", "", "")
	flags.Int64Var(&s.fork, "fork", maxSize, "")
	flags.StringVar(&s.proofOut, "proof-out", "", "")
	flags.Int64Var(&s.proofIndex, "proof-index", -1, "")
	if err := flags.Parse(args); err != nil {
		return s, err
	}
	switch {
	case flags.NArg() > 0:
		return s, fmt.Errorf("%q is no option", flags.Arg(0))
	case s.dir == "" || s.origin == "":
		return s, errors.New("-dir and -origin are needed")
	case s.size < 0 || s.size > maxSize:
		return s, fmt.Errorf("-size wants 0 to %d", maxSize)
	case (s.proofOut == "") != (s.proofIndex < 0):
		return s, errors.New("-proof-out and -proof-index belong together")
	case s.proofIndex >= s.size:
		return s, errors.New("-proof-index is not in the log")
	}
	return s, nil
}

func generate(s settings) error {
	signer, vkey, err := newKey(s)
	if err != nil {
		return fmt.Errorf("key named %q: %v", s.origin, err)
	}
	hashes, err := storedHashes(s)
	if err != nil {
		return err
	}
	checkpoint, err := signCheckpoint(s, hashes, signer)
	if err != nil {
		return err
	}
	if err := writeTiles(s, hashes); err != nil {
		return err
	}
	if err := writeBundles(s); err != nil {
		return err
	}
	if err := writeProof(s, hashes, checkpoint); err != nil {
		return err
	}
	if s.keyOut != "" {
		if err := writeFile(s.keyOut, []byte(vkey+"\n")); err != nil {
			return err
		}
	}
	// Last, as a log does: whoever finds a checkpoint finds its tiles.
	return writeFile(filepath.Join(s.dir, "checkpoint"), checkpoint)
}

func newKey(s settings) (note.Signer, string, error) {
	var source io.Reader = rand.Reader
	if s.seed != "" {
		seed := sha256.Sum256([]byte(s.seed)) // as many bytes as an Ed25519 key takes
		source = bytes.NewReader(seed[:])
	}
	skey, vkey, err := note.GenerateKey(source, s.origin)
	if err != nil {
		return nil, "", err
	}
	signer, err := note.NewSigner(skey)
	return signer, vkey, err
}

func entry(s settings, index int64) []byte {
	label := "firstbell-test-entry"
	if index >= s.fork {
		label = "firstbell-test-fork"
	}
	hashed := binary.BigEndian.AppendUint64([]byte(label), uint64(index))
	sum := sha256.Sum256(hashed)
	return append([]byte{0x01}, sum[:]...)
}

// hashStore holds the tree's hashes in the order of tlog.StoredHashIndex.
type hashStore []tlog.Hash

func (store *hashStore) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if index >= int64(len(*store)) {
			return nil, fmt.Errorf("hash %d is not stored", index)
		}
		hashes[i] = (*store)[index]
	}
	return hashes, nil
}

func storedHashes(s settings) (*hashStore, error) {
	store := new(hashStore)
	for i := int64(0); i < s.size; i++ {
		hashes, err := tlog.StoredHashes(i, entry(s, i), store)
		if err != nil {
			return nil, err
		}
		*store = append(*store, hashes...)
	}
	return store, nil
}

func signCheckpoint(s settings, hashes *hashStore, signer note.Signer) ([]byte, error) {
	root, err := tlog.TreeHash(s.size, hashes)
	if err != nil {
		return nil, err
	}
	if s.size == 0 {
		root = sha256.Sum256(nil) // RFC 6962; package tlog would say all zero
	}
	text := fmt.Sprintf("%s\n%d\n%s\n", s.origin, s.size, root)
	return note.Sign(&note.Note{Text: text}, signer)
}

// tilesOf lists the tiles of a level that holds so many hashes: full ones, and what is left.
func tilesOf(level int, hashes int64) []tlog.Tile {
	var tiles []tlog.Tile
	for n := int64(0); n*tileWidth < hashes; n++ {
		width := hashes - n*tileWidth
		if width > tileWidth {
			width = tileWidth
		}
		tiles = append(tiles, tlog.Tile{H: tileHeight, L: level, N: n, W: int(width)})
	}
	return tiles
}

// path is Go's own without the tiles' height.
func path(s settings, tile tlog.Tile) string {
	name := strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/", tileHeight), "tile/", 1)
	return filepath.Join(s.dir, strings.Replace(name, "tile/data/", "tile/entries/", 1))
}

func writeTiles(s settings, hashes *hashStore) error {
	for level := 0; s.size>>uint(level*tileHeight) > 0; level++ {
		for _, tile := range tilesOf(level, s.size>>uint(level*tileHeight)) {
			data, err := tlog.ReadTileData(tile, hashes)
			if err != nil {
				return err
			}
			if err := writeFile(path(s, tile), data); err != nil {
				return err
			}
		}
	}
	return nil
}

func writeBundles(s settings) error {
	for _, tile := range tilesOf(-1, s.size) {
		var bundle []byte
		for i := int64(0); i < int64(tile.W); i++ {
			one := entry(s, tile.N*tileWidth+i)
			bundle = binary.BigEndian.AppendUint16(bundle, uint16(len(one)))
			bundle = append(bundle, one...)
		}
		if err := writeFile(path(s, tile), bundle); err != nil {
			return err
		}
	}
	return nil
}

func writeProof(s settings, hashes *hashStore, checkpoint []byte) error {
	if s.proofOut == "" {
		return nil
	}
	proof, err := tlog.ProveRecord(s.size, s.proofIndex, hashes)
	if err != nil {
		return err
	}
	var file bytes.Buffer
	fmt.Fprintf(&file, "c2sp.org/tlog-proof@v1\nindex %d\n", s.proofIndex)
	for _, hash := range proof {
		fmt.Fprintf(&file, "%s\n", hash)
	}
	fmt.Fprintf(&file, "\n%s", checkpoint)
	return writeFile(s.proofOut, file.Bytes())
}

func writeFile(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, data, 0o644)
}
