package web

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// deviceLife is how long a browser is known after its last sign-in.
const deviceLife = 90 * 24 * time.Hour

// deviceCookie names the cookie that marks a browser in which this login signed in before. A
// browser has one for each login.
func (s *Server) deviceCookie(login string) string {
	name := "ctihub-known-" + HashToken(login)[:12]
	if s.https() {
		return "__Host-" + name
	}
	return name
}

// deviceValue is signed with the stored password hash, so that a new password invalidates it.
func deviceValue(hash, login string, until time.Time) string {
	end := strconv.FormatInt(until.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(hash))
	mac.Write([]byte("device\x00" + login + "\x00" + end))
	return end + "." + hex.EncodeToString(mac.Sum(nil))
}

// knownDevice reports whether a cookie's value was given to this login.
func (s *Server) knownDevice(hash, login, value string) bool {
	end, _, _ := strings.Cut(value, ".")
	unix, err := strconv.ParseInt(end, 10, 64)
	if err != nil || !s.Now().Before(time.Unix(unix, 0)) {
		return false
	}
	return hmac.Equal([]byte(value), []byte(deviceValue(hash, login, time.Unix(unix, 0))))
}

// rememberDevice gives the browser its cookie.
func (s *Server) rememberDevice(w http.ResponseWriter, hash, login string) {
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // Secure wherever public_url is https
		Name: s.deviceCookie(login), Value: deviceValue(hash, login, s.Now().Add(deviceLife)), Path: "/",
		MaxAge: int(deviceLife / time.Second), HttpOnly: true, Secure: s.https(), SameSite: http.SameSiteLaxMode,
	})
}

// deviceOf returns the value of the cookie that a request has for a login.
func (s *Server) deviceOf(ctx context.Context, login string) string {
	if cookie := requestInfoOf(ctx).cookie; cookie != nil {
		return cookie(s.deviceCookie(login))
	}
	return ""
}
