package main

import (
	"crypto/sha256"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// treeHead is MTH of RFC 6962, section 2.1, over hashes of one level, written as it stands there.
func treeHead(hashes []tlog.Hash) tlog.Hash {
	if len(hashes) == 0 {
		return sha256.Sum256(nil)
	}
	if len(hashes) == 1 {
		return hashes[0]
	}
	k := 1
	for 2*k < len(hashes) {
		k *= 2
	}
	return tlog.NodeHash(treeHead(hashes[:k]), treeHead(hashes[k:]))
}

// A rebuilt tree grows from its entries and holds each tile that it completes against the file.
type rebuilt struct {
	log    *openedLog
	levels []rebuiltLevel
}

type rebuiltLevel struct {
	tiles int64       // complete ones
	open  []tlog.Hash // of the tile after them, fewer than tileWidth
}

// checkAll reads every entry once and keeps no more than one tile of each level in memory.
func (log *openedLog) checkAll() error {
	tree := rebuilt{log: log}
	for n := int64(0); n*tileWidth < log.tree.N; n++ {
		entries, err := log.tiles.readBundle(tileAt(entryLevel, n, log.tree.N))
		if err != nil {
			return err
		}
		for _, entry := range entries {
			if err := tree.add(0, tlog.RecordHash(entry)); err != nil {
				return err
			}
		}
	}
	return tree.finish()
}

// add appends a hash to a level, and what it completes to the levels above.
func (tree *rebuilt) add(level int, hash tlog.Hash) error {
	if level == len(tree.levels) {
		tree.levels = append(tree.levels, rebuiltLevel{})
	}
	at := &tree.levels[level]
	at.open = append(at.open, hash)
	if len(at.open) < tileWidth {
		return nil
	}
	if err := tree.compare(level); err != nil {
		return err
	}
	head := treeHead(at.open)
	at.tiles, at.open = at.tiles+1, nil
	return tree.add(level+1, head)
}

// finish compares the partial tiles and the root. What a level leaves open, and the head of all
// that is smaller to its right, are a tree of their own: RFC 6962 splits both at the same place.
func (tree *rebuilt) finish() error {
	var edge []tlog.Hash
	for level, at := range tree.levels {
		if len(at.open) > 0 {
			if err := tree.compare(level); err != nil {
				return err
			}
		}
		if hashes := append(at.open, edge...); len(hashes) > 0 {
			edge = []tlog.Hash{treeHead(hashes)}
		}
	}
	if root := treeHead(edge); root != tree.log.tree.Hash {
		return fmt.Errorf("the %d entries give the root %s, the checkpoint %s",
			tree.log.tree.N, root, tree.log.tree.Hash)
	}
	return nil
}

func (tree *rebuilt) compare(level int) error {
	at := tree.levels[level]
	tile := tlog.Tile{H: tileHeight, L: level, N: at.tiles, W: len(at.open)}
	stored, err := tree.log.tiles.readHashes(tile)
	if err != nil {
		return err
	}
	for i, hash := range at.open {
		if stored[i] != hash {
			return fmt.Errorf("%s, hash %d: %s, but the entries give %s",
				tileName(tile), i, stored[i], hash)
		}
	}
	return nil
}
