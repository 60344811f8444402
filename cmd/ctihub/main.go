// Command ctihub is the hub: it turns every call, message and form of a company
// into a lead with a manager. "ctihub --help" lists its commands.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/alecthomas/kong"

	"ctihub/config"
)

// Exit codes, promised in the help.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2 // wrong command line or configuration
)

const about = `A hub for telephony and messages: every call, message and form becomes a lead with a manager, live on a screen.

Examples:

    ctihub serve --demo                 a small office to look at, no setup
    ctihub config sample > ctihub.yaml  a commented configuration
    ctihub config check                 what is wrong in it, where, and how to correct it
    ctihub user add anna --name "Anna Orlova" --role operator --extension 100
    ctihub serve --config ctihub.yaml

Without --config the file ctihub.yaml of the current folder is used if there is one, and the defaults otherwise.

Exit codes: 0 done, 1 failed, 2 wrong command line or configuration.`

type commands struct {
	File string `name:"config" short:"c" env:"CTIHUB_CONFIG" placeholder:"FILE" help:"Configuration file."`

	Serve   serveCmd   `cmd:"" help:"Run the hub until SIGTERM or Ctrl-C."`
	Config  configCmd  `cmd:"" help:"Write and check configurations."`
	User    userCmd    `cmd:"" help:"Add, list and change the people who sign in."`
	Token   tokenCmd   `cmd:"" help:"Create, list and revoke API tokens for scripts."`
	Cel     celCmd     `cmd:"" help:"Send the call journal (CEL) of an Asterisk to a hub on another machine."`
	Migrate migrateCmd `cmd:"" help:"Bring the database up to date, as serve does at its start."`
	Backup  backupCmd  `cmd:"" help:"Write the database and the files into one archive, also while the hub runs."`
	Restore restoreCmd `cmd:"" help:"Restore from such an archive."`
	Health  healthCmd  `cmd:"" help:"Ask the running hub of this configuration whether it is ready."`
	Version versionCmd `cmd:"" help:"Print the version."`
}

// terminal is the standard input, output and error of a command.
type terminal struct {
	in       *os.File
	out, err io.Writer
}

// usageError is a mistake on the command line.
type usageError struct{ error }

func main() { os.Exit(run(os.Args[1:], terminal{os.Stdin, os.Stdout, os.Stderr})) }

func run(args []string, t terminal) int {
	var cli commands
	parser, err := kong.New(&cli, kong.Name("ctihub"), kong.Description(about), kong.Writers(t.out, t.err),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}))
	if err != nil {
		return t.fail(err)
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	ctx, err := parser.Parse(args)
	if err != nil {
		return t.fail(usageError{fmt.Errorf("%w; see ctihub --help", err)})
	}
	if err := ctx.Run(t, settings{cli.File}); err != nil {
		return t.fail(err)
	}
	return exitOK
}

// fail says what went wrong and returns the exit code for it.
func (t terminal) fail(err error) int {
	var usage usageError
	var mistakes config.Errors
	switch {
	case errors.As(err, &mistakes):
		fmt.Fprintln(t.err, mistakes.Error())
		return exitUsage
	case errors.As(err, &usage):
		fmt.Fprintln(t.err, "ctihub: "+usage.Error())
		return exitUsage
	}
	fmt.Fprintln(t.err, "ctihub: "+strings.ReplaceAll(err.Error(), "\n", "; "))
	return exitFailed
}

// progress reports the progress of a long command on standard error.
func (t terminal) progress(words string) { fmt.Fprintln(t.err, words) }
