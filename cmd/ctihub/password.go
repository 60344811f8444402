package main

import (
	"bufio"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"golang.org/x/term"

	"ctihub/web"
)

// passwordFlags are the sources of a new password; none: ask on the terminal.
type passwordFlags struct {
	File     string `name:"password-file" xor:"password" placeholder:"FILE" help:"Read the password from the first line of a file."`
	Stdin    bool   `name:"password-stdin" xor:"password" help:"Read the password from the first line of standard input."`
	Generate bool   `name:"generate" xor:"password" help:"Generate a password and print it once."`
}

func (f passwordFlags) given() bool { return f.File != "" || f.Stdin || f.Generate }

// read returns the new password.
func (f passwordFlags) read(t terminal) (string, error) {
	var password string
	var err error
	switch {
	case f.Generate:
		return strings.ToLower(rand.Text()[:20]), nil
	case f.File != "":
		password, err = firstLineOf(f.File)
	case f.Stdin:
		password, err = firstLine(t.in)
	default:
		password, err = promptPassword(t)
	}
	if err != nil {
		return "", err
	}
	switch {
	case utf8.RuneCountInString(password) < web.MinPassword:
		return "", usageError{fmt.Errorf("a password has at least %d characters", web.MinPassword)}
	case len(password) > web.MaxPassword || !utf8.ValidString(password):
		return "", usageError{fmt.Errorf("a password is text of at most %d bytes", web.MaxPassword)}
	}
	return password, nil
}

// confirm prints what was done, with the password if it was generated.
func (f passwordFlags) confirm(t terminal, done, password string) error {
	if f.Generate {
		done += "; password, shown only now: " + password
	}
	_, err := fmt.Fprintln(t.out, done)
	return err
}

func firstLineOf(name string) (string, error) {
	f, err := os.Open(name)
	if err != nil {
		return "", fmt.Errorf("reading the password: %w", err)
	}
	defer f.Close()
	return firstLine(f)
}

func firstLine(r io.Reader) (string, error) {
	line, err := bufio.NewReader(io.LimitReader(r, web.MaxPassword+2)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("reading the password: %w", err)
	}
	return strings.TrimRight(line, "\r\n"), nil
}

// promptPassword asks twice on the terminal, without showing what is typed.
func promptPassword(t terminal) (string, error) {
	fd := int(t.in.Fd())
	if !term.IsTerminal(fd) {
		return "", usageError{errors.New("cannot ask for a password: standard input is no terminal; use --password-file, --password-stdin or --generate")}
	}
	before, err := term.MakeRaw(fd) // before the prompt, so that nothing typed early is shown
	if err != nil {
		return "", fmt.Errorf("reading the password: %w", err)
	}
	defer func() { _ = term.Restore(fd, before) }()
	console := term.NewTerminal(struct {
		io.Reader
		io.Writer
	}{t.in, t.err}, "")
	var typed [2]string
	for i, prompt := range []string{"Password: ", "Again: "} {
		if typed[i], err = console.ReadPassword(prompt); err != nil {
			return "", errors.New("no password was typed; nothing is changed")
		}
	}
	if typed[0] != typed[1] {
		return "", usageError{errors.New("the two passwords differ; try again")}
	}
	return typed[0], nil
}
