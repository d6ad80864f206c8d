package main

import (
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// maxRandom bounds random:N; who wants more asks for -all.
const maxRandom = 100000

const usage = `log_verifier: checks a C2SP tlog-tiles directory with Go's own log packages.

  log_verifier -dir DIR -vkey VKEY [-from FILE] [-indexes LIST] [-all] [-proof FILE]
  log_verifier -vkey VKEY -proof FILE -entry-hex HEX

  -dir DIR        the log: DIR/checkpoint, DIR/tile/<L>/<N>[.p/<W>], DIR/tile/entries/<N>[.p/<W>]
  -vkey VKEY      the log's verifier key: <name>+<8 hex digits>+<base64>
  -from FILE      an older checkpoint of the same log, which must be a prefix of this one
  -indexes LIST   entries to prove: indexes, "last" and "random:N", separated by commas
  -all            reads every entry and recomputes every tile and the root
  -proof FILE     a c2sp.org/tlog-proof@v1 file
  -entry-hex HEX  the entry that the proof is about; without it, the one in DIR

The signature and the tiles at the tree's right edge are always checked. One line of output for each
thing that holds. Exit code 0: all of it; 1: the FAIL line says what does not; 2: wrong usage.
`

type arguments struct {
	dir, from, proof string
	key              note.Verifier
	indexes          indexList
	all              bool
	entry            []byte
	entryGiven       bool // an entry of no bytes is an entry
}

func parseArguments(args []string, help io.Writer) (arguments, error) {
	var asked arguments
	var vkey, indexes, entryHex string
	flags := flag.NewFlagSet("log_verifier", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&asked.dir, "dir", "", "")
	flags.StringVar(&vkey, "vkey", "", "")
	flags.StringVar(&indexes, "indexes", "", "")
	flags.StringVar(&asked.from, "from", "", "")
	flags.StringVar(&asked.proof, "proof", "", "")
	flags.StringVar(&entryHex, "entry-hex", "", "")
	flags.BoolVar(&asked.all, "all", false, "")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			fmt.Fprint(help, usage)
		}
		return asked, err
	}
	if flags.NArg() > 0 {
		return asked, fmt.Errorf("%q is no option", flags.Arg(0))
	}
	given := make(map[string]bool)
	flags.Visit(func(f *flag.Flag) { given[f.Name] = true })
	asked.entryGiven = given["entry-hex"]
	if err := checkCombination(given); err != nil {
		return asked, err
	}
	return asked, asked.parseValues(vkey, indexes, entryHex)
}

func checkCombination(given map[string]bool) error {
	if !given["vkey"] {
		return errors.New("-vkey is missing: without a key nothing can be checked")
	}
	if given["entry-hex"] && !given["proof"] {
		return errors.New("-entry-hex belongs to -proof, which is missing")
	}
	if given["dir"] {
		return nil
	}
	for _, name := range []string{"indexes", "from", "all"} {
		if given[name] {
			return fmt.Errorf("-%s needs -dir", name)
		}
	}
	if !given["entry-hex"] {
		return errors.New("-dir is missing; a proof alone needs -entry-hex")
	}
	return nil
}

func (asked *arguments) parseValues(vkey, indexes, entryHex string) error {
	var err error
	if asked.key, err = note.NewVerifier(vkey); err != nil {
		return fmt.Errorf("-vkey %q: %v", vkey, err)
	}
	if asked.indexes, err = parseIndexList(indexes); err != nil {
		return fmt.Errorf("-indexes: %v", err)
	}
	if asked.entry, err = hex.DecodeString(entryHex); err != nil {
		return fmt.Errorf("-entry-hex: %v", err)
	}
	return nil
}

// An indexList is what -indexes asks for, before the log's size is known.
type indexList struct {
	fixed  []int64
	last   bool
	random int
}

func parseIndexList(text string) (indexList, error) {
	var list indexList
	if text == "" {
		return list, nil
	}
	for _, word := range strings.Split(text, ",") {
		if err := list.add(word); err != nil {
			return list, err
		}
	}
	return list, nil
}

func (list *indexList) add(word string) error {
	switch {
	case word == "last":
		list.last = true
	case strings.HasPrefix(word, "random:"):
		count, err := strconv.Atoi(strings.TrimPrefix(word, "random:"))
		if err != nil || count < 1 || count > maxRandom {
			return fmt.Errorf("%q wants a count from 1 to %d", word, maxRandom)
		}
		list.random = count
	default:
		index, err := parseDecimal(word)
		if err != nil {
			return fmt.Errorf("%q is no index, \"last\" or \"random:N\"", word)
		}
		list.fixed = append(list.fixed, index)
	}
	return nil
}

// of fails where an entry is asked for that a log of this size cannot have, so that nothing which
// was asked for is passed over. Random indexes differ with each run; the output names them.
func (list indexList) of(size int64) ([]int64, error) {
	indexes := append([]int64(nil), list.fixed...)
	if (list.last || list.random > 0) && size == 0 {
		return nil, errors.New("the log is empty: it has no entry to prove")
	}
	if list.last {
		indexes = append(indexes, size-1)
	}
	source := rand.New(rand.NewSource(time.Now().UnixNano()))
	for i := 0; i < list.random; i++ {
		indexes = append(indexes, source.Int63n(size))
	}
	return indexes, nil
}
