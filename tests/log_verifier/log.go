package main

import (
	"crypto/sha256"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// An openedLog is a directory of tiles under a checkpoint whose signature holds.
type openedLog struct {
	checkpoint
	tiles tileDirectory
}

func (log *openedLog) reader() tlog.HashReader {
	return tlog.TileHashReader(log.tree, log.tiles)
}

// checkRightEdge hashes the tiles that have no parent up to the root, and so proves every byte of
// them. An empty tree has no tile, and its root is the hash of nothing.
func (log *openedLog) checkRightEdge() error {
	if log.tree.N == 0 {
		if log.tree.Hash != sha256.Sum256(nil) {
			return fmt.Errorf("root %s of an empty tree is not SHA-256 of nothing", log.tree.Hash)
		}
		return nil
	}
	root, err := tlog.TreeHash(log.tree.N, log.reader())
	if err != nil {
		return fmt.Errorf("root of %d entries from %s: %v",
			log.tree.N, strings.Join(log.rightEdge(), ", "), err)
	}
	if root != log.tree.Hash {
		return fmt.Errorf("tiles give the root %s, the checkpoint %s", root, log.tree.Hash)
	}
	return nil
}

// rightEdge names the tiles that have no parent: the partial one of each level that has one.
func (log *openedLog) rightEdge() []string {
	var names []string
	for level := 0; log.tree.N>>uint(level*tileHeight) > 0; level++ {
		hashes := log.tree.N >> uint(level*tileHeight)
		if hashes%tileWidth > 0 {
			names = append(names, tileName(tileAt(level, hashes/tileWidth, log.tree.N)))
		}
	}
	return names
}

// checkInclusion proves entry n, as it stands in its bundle, against the signed root.
func (log *openedLog) checkInclusion(n int64) error {
	entry, err := log.readEntry(n)
	if err != nil {
		return err
	}
	leaf := tlog.RecordHash(entry)
	proof, err := tlog.ProveRecord(log.tree.N, n, log.reader())
	if err == nil {
		err = tlog.CheckRecord(proof, log.tree.N, log.tree.Hash, n, leaf)
	}
	place := log.checkPath(n, leaf)
	switch {
	case err != nil && place != nil:
		return fmt.Errorf("inclusion of entry %d of %d: %v; %v", n, log.tree.N, err, place)
	case err != nil:
		return fmt.Errorf("inclusion of entry %d of %d: %v", n, log.tree.N, err)
	case place != nil:
		return fmt.Errorf("path of entry %d of %d: %v", n, log.tree.N, place)
	}
	return nil
}

func (log *openedLog) readEntry(n int64) ([]byte, error) {
	if n >= log.tree.N {
		return nil, fmt.Errorf("entry %d is not in a log of %d entries", n, log.tree.N)
	}
	bundle, err := log.tiles.readBundle(tileAt(entryLevel, n/tileWidth, log.tree.N))
	if err != nil {
		return nil, fmt.Errorf("entry %d: %v", n, err)
	}
	return bundle[n%tileWidth], nil
}

// checkPath finds each hash on the way up in the tile where it belongs, from the entry's own to
// the tile at the right edge, and names the tile that does not fit. Package tlog names none, and
// before x/mod 0.40 its TileHashReader does not authenticate every tile (CVE-2026-56865): what it
// reads is proven by CheckRecord and CheckTree alone.
func (log *openedLog) checkPath(n int64, hash tlog.Hash) error {
	for level := 0; ; level++ {
		tile := tileAt(level, n/tileWidth, log.tree.N)
		hashes, err := log.tiles.readHashes(tile)
		if err != nil {
			return err
		}
		if hashes[n%tileWidth] != hash {
			return fmt.Errorf("%s, hash %d: not the hash of what is below it",
				tileName(tile), n%tileWidth)
		}
		if tile.W < tileWidth {
			return nil
		}
		n, hash = n/tileWidth, treeHead(hashes)
	}
}

// checkConsistency proves that the older log is a prefix of this one. The proof's hashes come from
// the tiles, but tlog.CheckTree takes them only as far as both signed roots bear them out.
func (log *openedLog) checkConsistency(older checkpoint) error {
	if older.tree.N > log.tree.N {
		return fmt.Errorf("consistency: the older checkpoint has %d entries, this one %d",
			older.tree.N, log.tree.N)
	}
	if older.tree.N == 0 { // a prefix of every log; package tlog has no proof of it
		if older.tree.Hash != sha256.Sum256(nil) {
			return fmt.Errorf("consistency: root %s of an empty tree is not SHA-256 of nothing",
				older.tree.Hash)
		}
		return nil
	}
	proof, err := tlog.ProveTree(log.tree.N, older.tree.N, log.reader())
	if err == nil {
		err = tlog.CheckTree(proof, log.tree.N, log.tree.Hash, older.tree.N, older.tree.Hash)
	}
	if err != nil {
		return fmt.Errorf("consistency %d -> %d: %v", older.tree.N, log.tree.N, err)
	}
	return nil
}
