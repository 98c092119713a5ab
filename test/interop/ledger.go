// SPDX-License-Identifier: ISC
// Makes and checks a ledger with golang.org/x/mod, another reading of the same
// formats: "ledger make DIR SIZE...", "ledger check DIR SIZE...". The folder holds
// vkey, checkpoint.SIZE, proofs and tiles; entry N is the text "entry N".
package main

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
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

func entry(i int64) []byte {
	return []byte(fmt.Sprintf("entry %d", i))
}

// Tiles of ours have no height in their path, and entries instead of data.
func tilePath(t tlog.Tile) string {
	path := strings.Replace(t.Path(), "tile/8/", "tile/", 1)
	return strings.Replace(path, "tile/data/", "tile/entries/", 1)
}

type tree struct {
	dir    string
	hashes []tlog.Hash
	counts map[string]int
}

func (t *tree) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	list := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		list[i] = t.hashes[index]
	}
	return list, nil
}

// Reads tiles from the folder.
func (t *tree) Height() int {
	return 8
}

func (t *tree) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var list [][]byte
	for _, tile := range tiles {
		data, err := os.ReadFile(filepath.Join(t.dir, tilePath(tile)))
		if err != nil {
			return nil, err
		}
		list = append(list, data)
	}
	return list, nil
}

func (t *tree) SaveTiles(tiles []tlog.Tile, data [][]byte) {
}

func (t *tree) write(path string, data []byte) {
	path = filepath.Join(t.dir, path)
	must(os.MkdirAll(filepath.Dir(path), 0o777))
	must(os.WriteFile(path, data, 0o666))
}

func (t *tree) read(path string) []byte {
	data, err := os.ReadFile(filepath.Join(t.dir, path))
	must(err)
	return data
}

func bundle(tile tlog.Tile) []byte {
	var out bytes.Buffer
	for i := int64(0); i < int64(tile.W); i++ {
		data := entry(tile.N*256 + i)
		must(binary.Write(&out, binary.BigEndian, uint16(len(data))))
		out.Write(data)
	}
	return out.Bytes()
}

// What a tree of the newer size has: x/mod counts partial tiles of all sizes in
// between, too, which nobody has to serve.
func newTiles(older, newer int64) []tlog.Tile {
	var list []tlog.Tile
	for _, tile := range tlog.NewTiles(8, older, newer) {
		have := newer >> (8 * uint(tile.L))
		if tile.W == 256 || (tile.N == have>>8 && int64(tile.W) == have&255) {
			list = append(list, tile)
		}
	}
	return list
}

func (t *tree) writeTiles(older, newer int64) {
	for _, tile := range newTiles(older, newer) {
		data, err := tlog.ReadTileData(tile, t)
		must(err)
		t.write(tilePath(tile), data)
		if tile.L == 0 {
			tile.L = -1
			t.write(tilePath(tile), bundle(tile))
		}
	}
}

func indexes(size int64) []int64 {
	var list []int64
	for _, i := range []int64{0, 1, size / 3, size / 2, size - 2, size - 1} {
		if i >= 0 && i < size {
			list = append(list, i)
		}
	}
	return list
}

func putProof(out *bytes.Buffer, kind string, a, b int64, proof []tlog.Hash) {
	fmt.Fprintf(out, "%s %d %d", kind, a, b)
	for _, hash := range proof {
		fmt.Fprintf(out, " %x", hash[:])
	}
	fmt.Fprintln(out)
}

func (t *tree) makeAll(sizes []int64) {
	skey, vkey, err := note.GenerateKey(rand.Reader, "go.example/ledger")
	must(err)
	signer, err := note.NewSigner(skey)
	must(err)
	t.write("vkey", []byte(vkey+"\n"))
	var proofs bytes.Buffer
	var n, older int64
	for at, size := range sizes {
		for ; n < size; n++ {
			made, err := tlog.StoredHashes(n, entry(n), t)
			must(err)
			t.hashes = append(t.hashes, made...)
		}
		root, err := tlog.TreeHash(size, t)
		must(err)
		text := tlog.FormatTree(tlog.Tree{N: size, Hash: root})
		msg, err := note.Sign(&note.Note{Text: string(text)}, signer)
		must(err)
		t.write(fmt.Sprintf("checkpoint.%d", size), msg)
		t.writeTiles(older, size)
		older = size
		for _, i := range indexes(size) {
			proof, err := tlog.ProveRecord(size, i, t)
			must(err)
			putProof(&proofs, "inclusion", size, i, proof)
		}
		for _, m := range sizes[:at+1] {
			proof, err := tlog.ProveTree(size, m, t)
			must(err)
			putProof(&proofs, "consistency", size, m, proof)
		}
	}
	t.write("proofs", proofs.Bytes())
}

// The checkpoint's tree, its signature verified, as Go writes it.
func (t *tree) open(size int64) tlog.Tree {
	verifier, err := note.NewVerifier(strings.TrimSpace(string(t.read("vkey"))))
	must(err)
	n, err := note.Open(t.read(fmt.Sprintf("checkpoint.%d", size)),
		note.VerifierList(verifier))
	must(err)
	tree, err := tlog.ParseTree([]byte(n.Text))
	must(err)
	if tree.N != size || string(tlog.FormatTree(tree)) != n.Text {
		panic(fmt.Sprintf("checkpoint.%d: another text", size))
	}
	t.counts["checkpoints"]++
	return tree
}

func sameProof(a, b []tlog.Hash) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// One line of "proofs": it verifies, and is the proof that Go makes.
func (t *tree) checkProof(trees map[int64]tlog.Tree, line string) {
	words := strings.Fields(line)
	size, err := strconv.ParseInt(words[1], 10, 64)
	must(err)
	other, err := strconv.ParseInt(words[2], 10, 64)
	must(err)
	proof := make([]tlog.Hash, len(words)-3)
	for i, word := range words[3:] {
		raw, err := hex.DecodeString(word)
		must(err)
		if copy(proof[i][:], raw) != len(raw) || len(raw) != tlog.HashSize {
			panic(word + ": no hash")
		}
	}
	big := trees[size]
	reader := tlog.TileHashReader(big, t)
	var made []tlog.Hash
	switch words[0] {
	case "inclusion":
		must(tlog.CheckRecord(proof, size, big.Hash, other,
			tlog.RecordHash(entry(other))))
		made, err = tlog.ProveRecord(size, other, reader)
	case "consistency":
		must(tlog.CheckTree(proof, size, big.Hash, other,
			trees[other].Hash))
		made, err = tlog.ProveTree(size, other, reader)
	default:
		panic(words[0] + ": no kind of proof")
	}
	must(err)
	if !sameProof(proof, made) {
		panic(line + ": another proof")
	}
	t.counts[words[0]]++
}

func (t *tree) checkAll(sizes []int64) {
	trees := map[int64]tlog.Tree{}
	older := int64(0)
	for _, size := range sizes {
		trees[size] = t.open(size)
		// Each tile that is new, against hashes under the signed root.
		reader := tlog.TileHashReader(trees[size], t)
		for _, tile := range newTiles(older, size) {
			data, err := tlog.ReadTileData(tile, reader)
			must(err)
			if !bytes.Equal(data, t.read(tilePath(tile))) {
				panic(tilePath(tile) + ": another tile")
			}
			if tile.L == 0 {
				tile.L = -1
				if !bytes.Equal(bundle(tile), t.read(tilePath(tile))) {
					panic(tilePath(tile) + ": another bundle")
				}
			}
			t.counts["tiles"]++
		}
		older = size
	}
	for _, line := range strings.Split(strings.TrimSpace(string(t.read("proofs"))), "\n") {
		t.checkProof(trees, line)
	}
}

func main() {
	t := &tree{dir: os.Args[2], counts: map[string]int{}}
	var sizes []int64
	for _, arg := range os.Args[3:] {
		size, err := strconv.ParseInt(arg, 10, 64)
		must(err)
		sizes = append(sizes, size)
	}
	switch os.Args[1] {
	case "make":
		t.makeAll(sizes)
	case "check":
		t.checkAll(sizes)
		fmt.Printf("Go agrees with %d checkpoints, %d tiles, %d inclusion and %d consistency proofs\n",
			t.counts["checkpoints"], t.counts["tiles"],
			t.counts["inclusion"], t.counts["consistency"])
	}
}
