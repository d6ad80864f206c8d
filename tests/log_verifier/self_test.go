package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
)

const (
	testOrigin = "firstbell.example/test"
	// patience is far above what any run takes; it turns an endless one into a failure.
	patience = time.Minute
)

// Every test runs the programs as they were built, which lie beside this one.
func program(t *testing.T, name string) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(filepath.Dir(self), name)
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("build.sh makes %s and this test together: %v", name, err)
	}
	return path
}

func execute(t *testing.T, name string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	limit, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	var out, err bytes.Buffer
	command := exec.CommandContext(limit, program(t, name), args...)
	command.Stdout, command.Stderr = &out, &err
	failure := command.Run()
	var exit *exec.ExitError
	if failure != nil && !errors.As(failure, &exit) {
		t.Fatal(failure)
	}
	return command.ProcessState.ExitCode(), out.String(), err.String()
}

// generated writes a log and gives its directory and key. More options may follow.
func generated(t *testing.T, size int, options ...string) (dir, vkey string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "log")
	return dir, generateInto(t, dir, size, options...)
}

func generateInto(t *testing.T, dir string, size int, options ...string) (vkey string) {
	t.Helper()
	keyFile := filepath.Join(t.TempDir(), "vkey")
	args := []string{"-dir", dir, "-origin", testOrigin, "-size", fmt.Sprint(size),
		"-seed", "test", "-key-out", keyFile}
	if code, _, stderr := execute(t, "log_generator", append(args, options...)...); code != 0 {
		t.Fatalf("log_generator: %d %s", code, stderr)
	}
	return strings.TrimSpace(string(read(t, keyFile)))
}

func expectHolds(t *testing.T, lines []string, args ...string) {
	t.Helper()
	code, stdout, stderr := execute(t, "log_verifier", args...)
	if code != exitHolds || stderr != "" {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	for _, line := range lines {
		if !strings.Contains("\n"+stdout, "\n"+line+"\n") {
			t.Fatalf("no line %q in:\n%s", line, stdout)
		}
	}
}

func expectFails(t *testing.T, reason string, args ...string) {
	t.Helper()
	code, _, stderr := execute(t, "log_verifier", args...)
	said := strings.HasPrefix(stderr, "FAIL ") && strings.Contains(stderr, reason)
	if code != exitFails || !said {
		t.Fatalf("exit %d where 1 is wanted, with %q in: %s", code, reason, stderr)
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// flip changes one bit, and gives what undoes it.
func flip(t *testing.T, path string, at int, bit uint) (undo func()) {
	t.Helper()
	before := read(t, path)
	after := append([]byte(nil), before...)
	after[at] ^= 1 << bit
	write(t, path, after)
	return func() { write(t, path, before) }
}

// signed is a checkpoint by the generated log's own key: the lies of the log itself.
func signed(t *testing.T, text string) []byte {
	t.Helper()
	seed := sha256.Sum256([]byte("test"))
	skey, _, err := note.GenerateKey(bytes.NewReader(seed[:]), testOrigin)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := note.NewSigner(skey)
	if err != nil {
		t.Fatal(err)
	}
	data, err := note.Sign(&note.Note{Text: text}, signer)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func rootOf(t *testing.T, dir string) string {
	return strings.Split(string(read(t, filepath.Join(dir, "checkpoint"))), "\n")[2]
}

func testEntry(index byte) []byte {
	sum := sha256.Sum256(append([]byte("firstbell-test-entry"), 0, 0, 0, 0, 0, 0, 0, index))
	return append([]byte{1}, sum[:]...)
}

func TestALogOfAnySizeHolds(t *testing.T) {
	sizes := []int{1, 2, 3, 255, 256, 257, 511, 512, 513, 65535, 65536, 65537, 70000}
	sizes = append(sizes, 256001) // tile/0/x001/000.p/1
	for _, size := range sizes {
		dir, vkey := generated(t, size)
		expectHolds(t, []string{
			fmt.Sprintf("ok signature origin=%s size=%d", testOrigin, size),
			"ok tiles root=" + rootOf(t, dir),
			"ok inclusion index=0",
			fmt.Sprintf("ok inclusion index=%d", size-1),
			fmt.Sprintf("ok all %d entries", size),
		}, "-dir", dir, "-vkey", vkey, "-indexes", "0,last,random:10", "-all")
	}
}

func TestEveryEntryOfASmallLogHolds(t *testing.T) {
	dir, vkey := generated(t, 515)
	list := make([]string, 515)
	for i := range list {
		list[i] = fmt.Sprint(i)
	}
	expectHolds(t, nil, "-dir", dir, "-vkey", vkey, "-indexes", strings.Join(list, ","))
}

func TestAnEmptyLogHoldsAndHasNoEntry(t *testing.T) {
	dir, vkey := generated(t, 0)
	expectHolds(t, []string{"ok all 0 entries"}, "-dir", dir, "-vkey", vkey, "-all")
	expectFails(t, "empty", "-dir", dir, "-vkey", vkey, "-indexes", "last")
	zero := "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
	write(t, filepath.Join(dir, "checkpoint"), signed(t, testOrigin+"\n0\n"+zero+"\n"))
	expectFails(t, "SHA-256 of nothing", "-dir", dir, "-vkey", vkey)
	later, _ := generated(t, 1)
	expectFails(t, "consistency: root", "-dir", later, "-vkey", vkey,
		"-from", filepath.Join(dir, "checkpoint"))
}

func TestFullTilesStandInForPartialOnesThatAreGone(t *testing.T) {
	small, vkey := generated(t, 300)
	dir, _ := generated(t, 70000)
	write(t, filepath.Join(dir, "checkpoint"), read(t, filepath.Join(small, "checkpoint")))
	expectHolds(t, []string{"ok all 300 entries"},
		"-dir", dir, "-vkey", vkey, "-indexes", "0,255,256,299", "-all")
}

func TestAnEarlierLogIsAPrefix(t *testing.T) {
	dir, vkey := generated(t, 70000)
	for _, size := range []int{0, 1, 255, 256, 257, 300, 65535, 65536, 65537, 69999, 70000} {
		older, _ := generated(t, size)
		expectHolds(t, []string{fmt.Sprintf("ok consistency %d -> 70000", size)},
			"-dir", dir, "-vkey", vkey, "-from", filepath.Join(older, "checkpoint"))
	}
}

func TestAnotherHistoryIsNoPrefix(t *testing.T) {
	dir, vkey := generated(t, 70000)
	for _, size := range []int{101, 256, 300, 65536, 70000} {
		older, _ := generated(t, size, "-fork", "100")
		expectFails(t, fmt.Sprintf("consistency %d -> 70000", size),
			"-dir", dir, "-vkey", vkey, "-from", filepath.Join(older, "checkpoint"))
	}
	longer, _ := generated(t, 70001)
	expectFails(t, "older checkpoint has 70001",
		"-dir", dir, "-vkey", vkey, "-from", filepath.Join(longer, "checkpoint"))
	foreign, _ := generated(t, 300, "-seed", "stranger")
	expectFails(t, "signature",
		"-dir", dir, "-vkey", vkey, "-from", filepath.Join(foreign, "checkpoint"))
}

func TestAnEditedCheckpointIsRefused(t *testing.T) {
	dir, vkey := generated(t, 300)
	path := filepath.Join(dir, "checkpoint")
	good := string(read(t, path))
	root := rootOf(t, dir)
	for _, bad := range []string{
		strings.Replace(good, "\n300\n", "\n299\n", 1),
		strings.Replace(good, root, strings.ToLower(root), 1),
		strings.Replace(good, testOrigin+"\n", "other.example\n", 1),
		strings.Replace(good, "\n\n", "\n", 1),
		good[:strings.Index(good, "\n\n")+2],
		strings.TrimSuffix(good, "\n"),
		"",
	} {
		write(t, path, []byte(bad))
		expectFails(t, "signature of "+path, "-dir", dir, "-vkey", vkey)
	}
	_, stranger := generated(t, 300, "-seed", "stranger")
	write(t, path, []byte(good))
	expectFails(t, "no verifiable signatures", "-dir", dir, "-vkey", stranger)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	expectFails(t, "no such file", "-dir", dir, "-vkey", vkey)
}

func TestAWitnessMaySignToo(t *testing.T) {
	dir, vkey := generated(t, 300)
	path := filepath.Join(dir, "checkpoint")
	cosigned := string(read(t, path)) + "— witness.example AAAAAAAAAAAAAAAA\n"
	write(t, path, []byte(cosigned))
	expectHolds(t, nil, "-dir", dir, "-vkey", vkey, "-all")
}

func TestALogThatSignsALieIsFound(t *testing.T) {
	dir, vkey := generated(t, 300)
	path := filepath.Join(dir, "checkpoint")
	root := rootOf(t, dir)
	other, _ := generated(t, 300, "-fork", "299")
	loose := root[:42] + "B=" // unused bits that are not zero
	for text, reason := range map[string]string{
		testOrigin + "\n300\n" + rootOf(t, other) + "\n":     "tile/0/001.p/44, tile/1/000.p/1: ",
		testOrigin + "\n299\n" + root + "\n":                 "tile/0/001.p/43",
		testOrigin + "\n70000\n" + root + "\n":               "no such file",
		testOrigin + "\n0300\n" + root + "\n":                "line 2",
		testOrigin + "\n+300\n" + root + "\n":                "line 2",
		testOrigin + "\n-1\n" + root + "\n":                  "line 2",
		testOrigin + "\n9223372036854775807\n" + root + "\n": "line 2",
		testOrigin + "\n300\n" + loose + "\n":                "line 3",
		testOrigin + "\n300\n" + root[:40] + "\n":            "line 3",
		testOrigin + "\n300\n" + root + "\nextension\n":      "4 text lines",
		testOrigin + "\n300\n":                               "2 text lines",
		"other.example\n300\n" + root + "\n":                 "origin",
		"\n300\n" + root + "\n":                              "line 1",
	} {
		write(t, path, signed(t, text))
		expectFails(t, reason, "-dir", dir, "-vkey", vkey)
	}
}

func TestAnyFlippedBitIsFoundByAll(t *testing.T) {
	dir, vkey := generated(t, 600)
	seed := time.Now().UnixNano()
	source := rand.New(rand.NewSource(seed))
	var files []string
	collect := func(path string, info os.FileInfo, err error) error {
		if err == nil && info.Mode().IsRegular() {
			files = append(files, path)
		}
		return err
	}
	err := filepath.Walk(filepath.Join(dir, "tile"), collect)
	if err != nil || len(files) != 3+3+1 {
		t.Fatalf("%v, files: %v", err, files)
	}
	for i := 0; i < 200; i++ {
		path := files[source.Intn(len(files))]
		at, bit := source.Intn(len(read(t, path))), uint(source.Intn(8))
		undo := flip(t, path, at, bit)
		code, _, stderr := execute(t, "log_verifier", "-dir", dir, "-vkey", vkey, "-all")
		if code != exitFails || !strings.Contains(stderr, "tile/") {
			t.Fatalf("seed %d: %s, byte %d, bit %d: exit %d %s", seed, path, at, bit, code, stderr)
		}
		undo()
	}
	expectHolds(t, nil, "-dir", dir, "-vkey", vkey, "-all")
}

// Each byte of the tiles above an entry, those included that x/mod 0.7 does not authenticate.
func TestAFlippedBitAboveAnEntryIsFoundByItsProof(t *testing.T) {
	dir, vkey := generated(t, 70000)
	for _, path := range []string{"tile/0/007", "tile/1/000", "tile/2/000.p/1"} {
		file := filepath.Join(dir, path)
		size := len(read(t, file))
		for at := 0; at < size; at += 31 {
			undo := flip(t, file, at, uint(at%8))
			expectFails(t, "", "-dir", dir, "-vkey", vkey, "-indexes", "2000")
			undo()
		}
	}
	defer flip(t, filepath.Join(dir, "tile/0/006"), 0, 0)()
	expectHolds(t, nil, "-dir", dir, "-vkey", vkey, "-indexes", "2000")
	expectFails(t, "tile/0/006, hash 0", "-dir", dir, "-vkey", vkey, "-all")
}

func TestAnEditedEntryIsFound(t *testing.T) {
	dir, vkey := generated(t, 300)
	bundle := filepath.Join(dir, "tile/entries/001.p/44")
	undo := flip(t, bundle, 9*35+2+20, 3)
	for _, reason := range []string{"entry 265 of 300: invalid", "; tile/0/001.p/44, hash 9: "} {
		expectFails(t, reason, "-dir", dir, "-vkey", vkey, "-indexes", "265")
	}
	expectFails(t, "tile/0/001.p/44, hash 9", "-dir", dir, "-vkey", vkey, "-all")
	expectHolds(t, nil, "-dir", dir, "-vkey", vkey, "-indexes", "264,266")
	undo()
	good := read(t, bundle)
	for reason, bad := range map[string][]byte{
		"ends within entry 44":       good[:len(good)-1],
		"ends within entry 1 of":     good[:1],
		"1 bytes after its 44":       append(append([]byte(nil), good...), 0),
		"longer than the":            make([]byte, maxBundleBytes+1),
		"35 bytes after its 44 entr": append(append([]byte(nil), good...), good[:35]...),
	} {
		write(t, bundle, bad)
		expectFails(t, reason, "-dir", dir, "-vkey", vkey, "-all")
		expectFails(t, reason, "-dir", dir, "-vkey", vkey, "-indexes", "256")
	}
}

func TestAFileThatIsMissingOrOfAnotherLengthIsNamed(t *testing.T) {
	names := []string{"tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/000"}
	for _, name := range names {
		dir, vkey := generated(t, 300)
		path := filepath.Join(dir, name)
		short := read(t, path)
		write(t, path, short[:len(short)-1])
		expectFails(t, name+": ", "-dir", dir, "-vkey", vkey, "-indexes", "0,last")
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		expectFails(t, name+": no such file", "-dir", dir, "-vkey", vkey, "-indexes", "0,last")
	}
}

func TestAnIndexBeyondTheLogFails(t *testing.T) {
	dir, vkey := generated(t, 300)
	expectFails(t, "entry 300 is not in a log of 300",
		"-dir", dir, "-vkey", vkey, "-indexes", "300")
}

func TestAProofHoldsByItself(t *testing.T) {
	proof := filepath.Join(t.TempDir(), "5.tlog-proof")
	dir, vkey := generated(t, 300, "-proof-out", proof, "-proof-index", "5")
	entry := hex.EncodeToString(testEntry(5))
	want := []string{"ok proof inclusion index=5 size=300"}
	expectHolds(t, want, "-vkey", vkey, "-proof", proof, "-entry-hex", entry)
	expectHolds(t, want, "-dir", dir, "-vkey", vkey, "-proof", proof)
	good := string(read(t, proof))
	write(t, proof, []byte(strings.Replace(good, "\nindex", "\nextra AAEC\nindex", 1)))
	expectHolds(t, want, "-vkey", vkey, "-proof", proof, "-entry-hex", entry)
	generateInto(t, dir, 1, "-proof-out", proof, "-proof-index", "0")
	expectHolds(t, []string{"ok proof inclusion index=0 size=1"},
		"-vkey", vkey, "-proof", proof, "-entry-hex", hex.EncodeToString(testEntry(0)))
}

func TestAnEditedProofIsRefused(t *testing.T) {
	proof := filepath.Join(t.TempDir(), "5.tlog-proof")
	dir, vkey := generated(t, 300, "-proof-out", proof, "-proof-index", "5")
	entry := hex.EncodeToString(testEntry(5))
	good := string(read(t, proof))
	lines := strings.Split(good, "\n")
	edit := func(from, to string) string {
		if !strings.Contains(good, from) {
			t.Fatalf("no %q in the proof", from)
		}
		return strings.Replace(good, from, to, 1)
	}
	for bad, reason := range map[string]string{
		edit("@v1", "@v2"):                                     "line 1",
		edit("index 5", "index 4"):                             "inclusion",
		edit("index 5", "index 300"):                           "inclusion",
		edit("index 5", "index 05"):                            "line 2",
		edit("index 5\n", ""):                                  "line 2",
		edit("\nindex", "\nextra AAE\nindex"):                  "line 2, extra",
		edit("\nindex", "\nextra AAEC\nextra AA==\nindex"):     "line 3",
		edit(lines[2], lines[3]):                               "inclusion",
		edit(lines[2]+"\n", ""):                                "inclusion",
		edit(lines[2], lines[2]+"\n"+lines[2]):                 "inclusion",
		edit(lines[2], lines[2]+"\r"):                          "line 3",
		edit(lines[3], lines[3][:40]):                          "line 4",
		edit("\n\n", "\n"):                                     "not the base64",
		edit("\n300\n", "\n301\n"):                             "signature",
		edit("\n\n", strings.Repeat("\n"+lines[2], 70)+"\n\n"): "more hashes",
		lines[0]: "no empty line",
	} {
		write(t, proof, []byte(bad))
		expectFails(t, reason, "-vkey", vkey, "-proof", proof, "-entry-hex", entry)
	}
	write(t, proof, []byte(good))
	expectFails(t, "entry of 0 bytes", "-vkey", vkey, "-proof", proof, "-entry-hex", "")
	expectFails(t, "inclusion", "-vkey", vkey, "-proof", proof, "-entry-hex", entry[2:])
	_, stranger := generated(t, 1, "-seed", "stranger")
	expectFails(t, "signature", "-vkey", stranger, "-proof", proof, "-entry-hex", entry)
	shorter, _ := generated(t, 5)
	expectFails(t, "entry 5 is not in", "-dir", shorter, "-vkey", vkey, "-proof", proof)
	defer flip(t, filepath.Join(dir, "tile/entries/000"), 5*35+2, 0)()
	expectFails(t, "inclusion", "-dir", dir, "-vkey", vkey, "-proof", proof)
}

func TestWrongUsageIsNeitherHoldsNorFails(t *testing.T) {
	dir, vkey := generated(t, 3)
	for _, args := range [][]string{
		{},
		{"-dir", dir},
		{"-vkey", vkey},
		{"-vkey", vkey, "-all"},
		{"-vkey", vkey, "-proof", "x"},
		{"-vkey", vkey, "-proof", "x", "-entry-hex", "0g"},
		{"-vkey", vkey[:30], "-dir", dir},
		{"-vkey", vkey, "-dir", dir, "-entry-hex", "00"},
		{"-vkey", vkey, "-dir", dir, "-indexes", "1,,2"},
		{"-vkey", vkey, "-dir", dir, "-indexes", "01"},
		{"-vkey", vkey, "-dir", dir, "-indexes", "random:0"},
		{"-vkey", vkey, "-dir", dir, "everything"},
		{"-vkey", vkey, "-dir", dir, "-everything"},
	} {
		code, stdout, stderr := execute(t, "log_verifier", args...)
		if code != exitUsage || stdout != "" || !strings.Contains(stderr, "see -help") {
			t.Fatalf("%q: exit %d, %s%s", args, code, stdout, stderr)
		}
	}
}
