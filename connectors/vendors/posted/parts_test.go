package posted

import (
	"errors"
	"strings"
	"testing"
)

// Parts that are no input count towards the limit, too.
func TestPartsAreCounted(t *testing.T) {
	const input = "--b\r\nContent-Disposition: form-data; name=phone\r\n\r\n89161234567\r\n"
	nothing := strings.Repeat("--b\r\nX: y\r\n\r\n\r\n", MaxInputs-1)
	if v, err := Read("multipart/form-data; boundary=b", []byte(nothing+input+"--b--\r\n")); err != nil || len(v.Members) != 1 {
		t.Errorf("%d parts: %v, %d inputs", MaxInputs, err, len(v.Members))
	}
	if _, err := Read("multipart/form-data; boundary=b", []byte(nothing+"--b\r\nX: y\r\n\r\n\r\n"+input+"--b--\r\n")); !errors.Is(err, ErrLarge) {
		t.Errorf("one part more: %v", err)
	}
}
