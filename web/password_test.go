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
	good := quickHash("x")
	for _, broken := range []string{
		"", "password", "$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$AAAA", "$2a$10$abcdefghijklmnopqrstuv",
		weak, weak + "AAAA", weak + "!!!!", strings.Replace(good, "v=19", "v=16", 1),
		strings.Replace(good, "m=64", "m=4000000000", 1), strings.Replace(good, "p=1", "p=0", 1),
		strings.Replace(good, "t=1", "t=0", 1),
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
