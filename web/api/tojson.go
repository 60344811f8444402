//go:build ignore

// Command tojson writes openapi.yaml as api/openapi.json; go generate runs it
// in the folder above.
package main

import (
	"bytes"
	"encoding/json"
	"log"
	"os"

	"github.com/getkin/kin-openapi/openapi3"
)

func main() {
	doc, err := openapi3.NewLoader().LoadFromFile("openapi.yaml")
	if err != nil {
		log.Fatal(err)
	}
	b, err := doc.MarshalJSON()
	if err != nil {
		log.Fatal(err)
	}
	var out bytes.Buffer
	if err := json.Indent(&out, b, "", " "); err != nil {
		log.Fatal(err)
	}
	out.WriteByte('\n')
	if err := os.WriteFile("api/openapi.json", out.Bytes(), 0o644); err != nil {
		log.Fatal(err)
	}
}
