package web

import (
	"strings"
	"testing"

	"golang.org/x/crypto/argon2"
)

func TestPasswordHash(t *testing.T) {
	hash := HashPassword("верный конь 🐎")
	if !strings.HasPrefix(hash, "$argon2id$v=19$m=65536,t=2,p=1$") {
		t.Errorf("hash %q is not argon2id with 64 MiB", hash)
	}
	if ok, err := VerifyPassword(hash, "верный конь 🐎"); !ok || err != nil {
		t.Errorf("the right password: %v, %v", ok, err)
	}
	if ok, err := VerifyPassword(hash, "верный конь"); ok || err != nil {
		t.Errorf("a wrong password: %v, %v", ok, err)
	}
	if again := HashPassword("верный конь 🐎"); again == hash {
		t.Error("two hashes of one password are equal: there is no salt")
	}
}

func TestPasswordHashBroken(t *testing.T) {
	const weak = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQx$"
	for _, broken := range []string{
		"", "password", "$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$AAAA", "$2a$10$abcdefghijklmnopqrstuv",
		weak, weak + "AAAA", weak + "!!!!", strings.Replace(HashPassword("x"), "v=19", "v=16", 1),
		strings.Replace(HashPassword("x"), "m=65536", "m=4000000000", 1), strings.Replace(HashPassword("x"), "p=1", "p=0", 1),
		strings.Replace(HashPassword("x"), "t=2", "t=0", 1),
	} {
		if ok, err := VerifyPassword(broken, "x"); ok || err == nil {
			t.Errorf("%q was taken: %v, %v", broken, ok, err)
		}
	}
}

// quickHash is a hash with little work in it, for the users of tests.
func quickHash(password string) string {
	salt := []byte("salt of the tests")
	return phc(64, 1, 1, salt, argon2.IDKey([]byte(password), salt, 1, 64, 1, argonKey))
}

func TestPasswordHashWithOtherCost(t *testing.T) {
	if ok, err := VerifyPassword(quickHash("x"), "x"); !ok || err != nil {
		t.Errorf("a hash of another cost: %v, %v", ok, err)
	}
}
