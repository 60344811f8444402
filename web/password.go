package web

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"

	"golang.org/x/crypto/argon2"
)

// Cost of new password hashes: the second choice of RFC 9106 with one lane,
// well above OWASP's minimum. A sign-in takes about 0.1 s and 64 MiB.
const (
	argonMemory  = 64 << 10 // KiB
	argonTime    = 2        // passes
	argonThreads = 1
	argonSalt    = 16 // bytes
	argonKey     = 32 // bytes
)

// Lengths of a password.
const (
	MinPassword = 10   // characters
	MaxPassword = 1000 // bytes
)

// errBadHash: a stored password hash is not one that HashPassword wrote.
var errBadHash = errors.New("not an argon2id hash in PHC format")

// HashPassword returns the argon2id hash of a password in PHC string format,
// "$argon2id$v=19$m=65536,t=2,p=1$salt$key".
func HashPassword(password string) string {
	salt := make([]byte, argonSalt)
	_, _ = rand.Read(salt) // never fails, see crypto/rand
	return phc(argonMemory, argonTime, argonThreads, salt, argon2.IDKey([]byte(password), salt, argonTime, argonMemory, argonThreads, argonKey))
}

func phc(memory, time uint32, threads uint8, salt, key []byte) string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, memory, time, threads,
		b64.EncodeToString(salt), b64.EncodeToString(key))
}

// VerifyPassword reports whether the password gives the hash, an argon2id hash
// in PHC string format. An error means that the hash cannot be read.
func VerifyPassword(hash, password string) (bool, error) {
	var version int
	var memory, time uint32
	var threads uint8
	var tail string
	if _, err := fmt.Sscanf(hash, "$argon2id$v=%d$m=%d,t=%d,p=%d$%s", &version, &memory, &time, &threads, &tail); err != nil {
		return false, errBadHash
	}
	salt, key, ok := cutKey(tail)
	if !ok || version != argon2.Version || threads == 0 || time == 0 || time > 100 || memory > 1<<20 {
		return false, errBadHash
	}
	got := argon2.IDKey([]byte(password), salt, time, memory, threads, uint32(len(key)))
	return subtle.ConstantTimeCompare(got, key) == 1, nil
}

// cutKey decodes "salt$key".
func cutKey(s string) (salt, key []byte, ok bool) {
	for i := range s {
		if s[i] != '$' {
			continue
		}
		salt, err1 := base64.RawStdEncoding.DecodeString(s[:i])
		key, err2 := base64.RawStdEncoding.DecodeString(s[i+1:])
		return salt, key, err1 == nil && err2 == nil && len(salt) >= 8 && len(key) >= 16
	}
	return nil, nil, false
}
