package clitest

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// openTerminal returns both ends of a pseudo terminal.
func openTerminal(t *testing.T) (keyboard, terminal *os.File) {
	t.Helper()
	keyboard, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = keyboard.Close() })
	fd := int(keyboard.Fd())
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	terminal, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	return keyboard, terminal
}

// typeInto answers each prompt in turn and returns the exit code and everything
// that the terminal showed.
func (p workDir) typeInto(answers []string, args ...string) (code int, shown string) {
	p.t.Helper()
	keyboard, terminal := openTerminal(p.t)
	cmd := p.command(p.t.Context(), args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = terminal, terminal, terminal
	if err := cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	_ = terminal.Close()
	var screen bytes.Buffer
	b := make([]byte, 1024)
	for {
		n, err := keyboard.Read(b) // fails when the program has ended
		screen.Write(b[:n])
		if len(answers) > 0 && strings.HasSuffix(screen.String(), ": ") {
			if _, err := io.WriteString(keyboard, answers[0]+"\n"); err != nil {
				p.t.Fatal(err)
			}
			answers = answers[1:]
		}
		if err != nil {
			break
		}
	}
	_ = cmd.Wait()
	return cmd.ProcessState.ExitCode(), screen.String()
}

func TestPasswordIsAskedForUnseen(t *testing.T) {
	p := newWorkDir(t)
	p.write("ctihub.yaml", anyPort)
	add := []string{"user", "add", "anna", "--name", "Anna", "--role", "admin"}
	const secret = "unseen-password-1"
	if code, shown := p.typeInto([]string{secret, "another-password"}, add...); code != 2 || !strings.Contains(shown, "the two passwords differ") || strings.Contains(shown, secret) {
		t.Errorf("exit %d: %s", code, shown)
	}
	code, shown := p.typeInto([]string{secret, secret}, add...)
	if code != 0 || !strings.Contains(shown, "added anna") || strings.Contains(shown, secret) {
		t.Errorf("exit %d: %s", code, shown)
	}
	if h := p.serve(); h.signIn("anna", secret) != 200 {
		t.Error("the typed password does not sign in")
	}
}
