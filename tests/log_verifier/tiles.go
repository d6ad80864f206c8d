package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

const (
	tileHeight = 8
	tileWidth  = 1 << tileHeight
	// entryLevel is the level that package tlog gives to tiles of entries instead of hashes.
	entryLevel     = -1
	maxTileBytes   = tileWidth * tlog.HashSize
	maxBundleBytes = tileWidth * (2 + 1<<16)
)

// A tileDirectory reads the files of c2sp.org/tlog-tiles. It is a tlog.TileReader.
type tileDirectory struct {
	root string
}

// tileAt is tile number n of a level, as wide as a tree of this size has it; its W is 0 or less
// where the tree has none.
func tileAt(level int, n, size int64) tlog.Tile {
	hashes := size
	if level > 0 {
		hashes = size >> uint(level*tileHeight)
	}
	width := hashes - n*tileWidth
	if width > tileWidth {
		width = tileWidth
	}
	return tlog.Tile{H: tileHeight, L: level, N: n, W: int(width)}
}

// tileName is Go's own path of a tile without the height, which tlog-tiles fixes at 8, and with
// "entries" for what Go calls "data".
func tileName(tile tlog.Tile) string {
	name := strings.TrimPrefix(tile.Path(), fmt.Sprintf("tile/%d/", tileHeight))
	if tile.L == entryLevel {
		name = "entries/" + strings.TrimPrefix(name, "data/")
	}
	return "tile/" + name
}

func (d tileDirectory) path(name string) string {
	return filepath.Join(d.root, filepath.FromSlash(name))
}

// find reads the tile's file. A log may delete a partial tile once the full one is there, so the
// full one serves too; found says which it was.
func (d tileDirectory) find(tile tlog.Tile, limit int64) (found tlog.Tile, data []byte, err error) {
	data, err = readBounded(d.path(tileName(tile)), limit)
	if tile.W == tileWidth || !errors.Is(err, fs.ErrNotExist) {
		return tile, data, err
	}
	full := tile
	full.W = tileWidth
	data, fullErr := readBounded(d.path(tileName(full)), limit)
	if errors.Is(fullErr, fs.ErrNotExist) {
		return tile, nil, err // names the file that the tree's size asks for
	}
	return full, data, fullErr
}

func (d tileDirectory) readTile(tile tlog.Tile) ([]byte, error) {
	found, data, err := d.find(tile, maxTileBytes)
	if err != nil {
		return nil, err
	}
	if len(data) != found.W*tlog.HashSize {
		return nil, fmt.Errorf("%s: %d bytes instead of %d",
			tileName(found), len(data), found.W*tlog.HashSize)
	}
	return data[:tile.W*tlog.HashSize], nil
}

func (d tileDirectory) readHashes(tile tlog.Tile) ([]tlog.Hash, error) {
	data, err := d.readTile(tile)
	if err != nil {
		return nil, err
	}
	hashes := make([]tlog.Hash, tile.W)
	for i := range hashes {
		copy(hashes[i][:], data[i*tlog.HashSize:])
	}
	return hashes, nil
}

// readBundle reads a bundle of entries: 16 bits of length, big-endian, and so many bytes, each.
func (d tileDirectory) readBundle(tile tlog.Tile) ([][]byte, error) {
	found, data, err := d.find(tile, maxBundleBytes)
	if err != nil {
		return nil, err
	}
	entries := make([][]byte, found.W)
	for i := range entries {
		if len(data) < 2 || len(data)-2 < int(binary.BigEndian.Uint16(data)) {
			return nil, fmt.Errorf("%s: ends within entry %d of %d", tileName(found), i+1, found.W)
		}
		end := 2 + int(binary.BigEndian.Uint16(data))
		entries[i], data = data[2:end], data[end:]
	}
	if len(data) > 0 {
		return nil, fmt.Errorf("%s: %d bytes after its %d entries",
			tileName(found), len(data), found.W)
	}
	return entries[:tile.W], nil
}

// Height, ReadTiles and SaveTiles are tlog.TileReader.
func (d tileDirectory) Height() int { return tileHeight }

func (d tileDirectory) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(tiles))
	for i, tile := range tiles {
		var err error
		if data[i], err = d.readTile(tile); err != nil {
			return nil, err
		}
	}
	return data, nil
}

func (d tileDirectory) SaveTiles([]tlog.Tile, [][]byte) {}
