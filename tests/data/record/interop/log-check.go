// SPDX-License-Identifier: GPL-3.0-or-later

// log-check reads a log that log-tool wrote, with the Go project's own library and none of our code: notes, tiles,
// inclusion, consistency, proof files; and sees that a tampered leaf is refused. It prints TAP.
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

var (
	folder string
	count  int
	failed bool
)

func check(ok bool, name string, args ...interface{}) {
	count++
	word := "ok"
	if !ok {
		word = "not ok"
		failed = true
	}
	fmt.Printf("%s %d %s\n", word, count, fmt.Sprintf(name, args...))
}

func must(err error) {
	if err != nil {
		fmt.Printf("Bail out! %v\n", err)
		os.Exit(1)
	}
}

func read(name string) []byte {
	data, err := os.ReadFile(filepath.Join(folder, name))
	must(err)
	return data
}

func verifier(name string) note.Verifiers {
	v, err := note.NewVerifier(strings.TrimSpace(string(read(name))))
	must(err)
	return note.VerifierList(v)
}

// A checkpoint's three lines.
func openCheckpoint(data []byte) (tlog.Tree, error) {
	n, err := note.Open(data, verifier("log.vkey"))
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(n.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	hash, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: hash}, err
}

// Tiles as files; the paths of C2SP tlog-tiles do not name the height.
type tiles struct{}

func (tiles) Height() int { return 8 }

func (tiles) ReadTiles(want []tlog.Tile) ([][]byte, error) {
	var out [][]byte
	for _, t := range want {
		path := strings.Replace(t.Path(), "tile/8/", "tile/", 1)
		data, err := os.ReadFile(filepath.Join(folder, path))
		if err != nil {
			return nil, err
		}
		out = append(out, data)
	}
	return out, nil
}

func (tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func entries(size int64) [][]byte {
	var all [][]byte
	for n := int64(0); n*256 < size; n++ {
		t := tlog.Tile{H: 8, L: -1, N: n, W: 256}
		if size-n*256 < 256 {
			t.W = int(size - n*256)
		}
		page := read(strings.Replace(t.Path(), "tile/8/data/", "tile/entries/", 1))
		for len(page) >= 2 {
			length := int(binary.BigEndian.Uint16(page))
			all = append(all, page[2:2+length])
			page = page[2+length:]
		}
	}
	return all
}

func hashes(lines []string) []tlog.Hash {
	var out []tlog.Hash
	for _, line := range lines {
		if line != "" {
			h, err := tlog.ParseHash(line)
			must(err)
			out = append(out, h)
		}
	}
	return out
}

func checkProofFile(path string, leaves [][]byte) bool {
	data, err := os.ReadFile(path)
	must(err)
	parts := bytes.SplitN(data, []byte("\n\n"), 2)
	lines := strings.Split(string(parts[0]), "\n")
	if lines[0] != "c2sp.org/tlog-proof@v1" || !strings.HasPrefix(lines[1], "index ") {
		return false
	}
	index, err := strconv.ParseInt(lines[1][len("index "):], 10, 64)
	must(err)
	tree, err := openCheckpoint(parts[1])
	must(err)
	proof := tlog.RecordProof(hashes(lines[2:]))
	good := tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(leaves[index])) == nil
	tampered := append([]byte{}, leaves[index]...)
	tampered[len(tampered)/2] ^= 1
	bad := tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(tampered)) != nil
	return good && bad
}

// The envelopes as notes and as a chain.
func checkEnvelopes(leaves [][]byte) {
	device := verifier("device.vkey")
	prev := base64.StdEncoding.EncodeToString(make([]byte, 32))
	opened, chained, refused := true, true, true
	for i, leaf := range leaves {
		n, err := note.Open(leaf, device)
		if err != nil {
			opened = false
			continue
		}
		var header struct {
			Seq  int    `json:"seq"`
			Prev string `json:"prev"`
		}
		must(json.Unmarshal([]byte(n.Text), &header))
		chained = chained && header.Seq == i+1 && header.Prev == prev
		sum := sha256.Sum256([]byte(n.Text))
		prev = base64.StdEncoding.EncodeToString(sum[:])
		tampered := bytes.Replace(leaf, []byte(`"seq":`), []byte(`"seq":9`), 1)
		if _, err := note.Open(tampered, device); err == nil {
			refused = false
		}
	}
	check(opened, "note.Open takes every envelope")
	check(chained, "each envelope names the hash of the one before")
	check(refused, "note.Open refuses every altered envelope")
}

func main() {
	folder = os.Args[1]
	records := os.Args[2] == "records"

	tree, err := openCheckpoint(read("checkpoint"))
	check(err == nil, "note.Open takes the checkpoint")
	old, err := openCheckpoint(read("checkpoint-old"))
	check(err == nil, "note.Open takes the old checkpoint")
	_, err = openCheckpoint(bytes.Replace(read("checkpoint"), []byte("\n"), []byte("\n1"), 1))
	check(err != nil, "note.Open refuses an altered checkpoint")

	reader := tlog.TileHashReader(tree, tiles{})
	root, err := tlog.TreeHash(tree.N, reader)
	check(err == nil && root == tree.Hash, "the tiles give the root of the checkpoint")
	root, err = tlog.TreeHash(old.N, reader)
	check(err == nil && root == old.Hash, "and the root of the old one")

	leaves := entries(tree.N)
	check(int64(len(leaves)) == tree.N, "the entries are all there")
	good, bad := true, true
	for i := int64(0); i < tree.N; i += 1 + tree.N/500 {
		proof, err := tlog.ProveRecord(tree.N, i, reader)
		must(err)
		good = good && tlog.CheckRecord(proof, tree.N, tree.Hash, i, tlog.RecordHash(leaves[i])) == nil
		tampered := append([]byte{}, leaves[i]...)
		tampered[0] ^= 1
		bad = bad && tlog.CheckRecord(proof, tree.N, tree.Hash, i, tlog.RecordHash(tampered)) != nil
	}
	check(good, "inclusion from the tiles")
	check(bad, "a tampered leaf is refused")

	proof, err := tlog.ProveTree(tree.N, old.N, reader)
	check(err == nil && tlog.CheckTree(proof, tree.N, tree.Hash, old.N, old.Hash) == nil, "consistency from the tiles")
	ours := tlog.TreeProof(hashes(strings.Split(string(read("consistency")), "\n")))
	check(tlog.CheckTree(ours, tree.N, tree.Hash, old.N, old.Hash) == nil, "our consistency proof holds")
	ours[0][0] ^= 1
	check(tlog.CheckTree(ours, tree.N, tree.Hash, old.N, old.Hash) != nil, "and does not when altered")

	files, err := filepath.Glob(filepath.Join(folder, "proofs", "*.tlog-proof"))
	must(err)
	good = len(files) >= 50
	for _, path := range files {
		good = good && checkProofFile(path, leaves)
	}
	check(good, "%d proof files hold, and refuse a tampered leaf", len(files))
	if records {
		checkEnvelopes(leaves)
	}
	fmt.Printf("1..%d\n", count)
	if failed {
		os.Exit(1)
	}
}
