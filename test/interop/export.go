// SPDX-License-Identifier: ISC
// Checks an exported ledger with golang.org/x/mod: "export FOLDER VKEY COSIGNER...".
// The checkpoint's signature by the log's vkey and the witnesses' cosignatures, the
// tiles against its root, each bundle's entries against their leaves.
package main

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// Type 04 of C2SP tlog-cosignature, which x/mod has not.
type cosigner struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func newCosigner(vkey string) *cosigner {
	part := strings.SplitN(vkey, "+", 3)
	hash, err := strconv.ParseUint(part[1], 16, 32)
	must(err)
	key, err := base64.StdEncoding.DecodeString(part[2])
	must(err)
	if key[0] != 4 {
		panic("no key of a witness: " + vkey)
	}
	return &cosigner{part[0], uint32(hash), key[1:]}
}

func (c *cosigner) Name() string {
	return c.name
}

func (c *cosigner) KeyHash() uint32 {
	return c.hash
}

func (c *cosigner) Verify(msg, sig []byte) bool {
	if len(sig) != 72 {
		return false
	}
	text := fmt.Sprintf("cosignature/v1\ntime %d\n%s",
		binary.BigEndian.Uint64(sig), msg)
	return ed25519.Verify(c.key, []byte(text), sig[8:])
}

type files struct {
	folder string
}

func (f files) Height() int {
	return 8
}

// Tiles of ours have no height in their path.
func (f files) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var list [][]byte
	for _, tile := range tiles {
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		data, err := os.ReadFile(filepath.Join(f.folder, path))
		if err != nil {
			return nil, err
		}
		list = append(list, data)
	}
	return list, nil
}

func (f files) SaveTiles(tiles []tlog.Tile, data [][]byte) {
}

func readCheckpoint(folder string, vkeys []string) tlog.Tree {
	data, err := os.ReadFile(filepath.Join(folder, "checkpoint"))
	must(err)
	log, err := note.NewVerifier(vkeys[0])
	must(err)
	known := []note.Verifier{log}
	for _, vkey := range vkeys[1:] {
		known = append(known, newCosigner(vkey))
	}
	n, err := note.Open(data, note.VerifierList(known...))
	must(err)
	if len(n.Sigs) != len(known) {
		panic("a signature is missing")
	}
	line := strings.Split(n.Text, "\n")
	if line[0] != log.Name() {
		panic("the origin is not the key's name")
	}
	size, err := strconv.ParseInt(line[1], 10, 64)
	must(err)
	root, err := base64.StdEncoding.DecodeString(line[2])
	must(err)
	tree := tlog.Tree{N: size}
	copy(tree.Hash[:], root)
	return tree
}

// The entries of one bundle, in C2SP's form.
func readBundle(folder string, tile tlog.Tile) [][]byte {
	tile.L = -1
	path := strings.Replace(tile.Path(), "tile/8/data/", "tile/entries/", 1)
	data, err := os.ReadFile(filepath.Join(folder, path))
	must(err)
	var list [][]byte
	for len(data) > 0 {
		n := int(binary.BigEndian.Uint16(data))
		list = append(list, data[2:2+n])
		data = data[2+n:]
	}
	return list
}

func main() {
	folder := os.Args[1]
	tree := readCheckpoint(folder, os.Args[2:])
	reader := tlog.TileHashReader(tree, files{folder})
	for i := int64(0); i*256 < tree.N; i++ {
		tile := tlog.Tile{H: 8, L: 0, N: i, W: 256}
		if tree.N-i*256 < 256 {
			tile.W = int(tree.N - i*256)
		}
		entries := readBundle(folder, tile)
		if len(entries) != tile.W {
			panic("a bundle has another width")
		}
		for j, entry := range entries {
			index := i*256 + int64(j)
			hashes, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, index)})
			must(err)
			if hashes[0] != tlog.RecordHash(entry) {
				panic(fmt.Sprintf("entry %d is not its leaf", index))
			}
		}
	}
	fmt.Printf("%d entries, %d signatures\n", tree.N, len(os.Args)-2)
}
