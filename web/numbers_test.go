package web

import (
	"net/http"
	"testing"
)

// Where a number is from may be kept by the browser, and by nobody else.
func TestNumberPlace(t *testing.T) {
	h := sqliteHub(t)
	c := h.as("ole")
	res := c.do("GET", "/api/v1/numbers/+73431234567", "")
	want := `{"country":"RU","region":{"en":"Sverdlovsk Oblast","ru":"Свердловская область"},"time_zone":"Asia/Yekaterinburg"}` + "\n"
	if body := read(t, res); res.StatusCode != http.StatusOK || body != want || res.Header.Get("Cache-Control") != "private, max-age=86400" {
		t.Errorf("%d %s, %s", res.StatusCode, body, res.Header.Get("Cache-Control"))
	}
	for _, wrong := range []string{"100", "%D0%B9", "+7%20495", "-1"} {
		if p := c.refused(http.StatusBadRequest, "GET", "/api/v1/numbers/"+wrong, ""); p.Field != "number" || p.Detail == "" {
			t.Errorf("%s: %+v", wrong, p)
		}
	}
}
