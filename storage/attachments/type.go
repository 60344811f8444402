package attachments

import (
	"bytes"
	"mime"
	"net/http"
	"path"
	"slices"
	"strings"
)

// headLength is how many bytes of a file are used to detect its type.
const headLength = 512

// officeTypes are the ones that are zip archives inside and differ by name.
var officeTypes = map[string]string{
	".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
	".odt":  "application/vnd.oasis.opendocument.text",
	".ods":  "application/vnd.oasis.opendocument.spreadsheet",
}

// TypeOf returns the media type of a file by its first bytes. The name, which the sender
// chose, only distinguishes office files, which are all zip archives.
func TypeOf(head []byte, name string) string {
	head = head[:min(len(head), headLength)]
	ext := strings.ToLower(path.Ext(name))
	switch {
	case bytes.HasPrefix(head, []byte("OggS")):
		if bytes.Contains(head[:min(len(head), 64)], []byte("OpusHead")) || bytes.Contains(head[:min(len(head), 64)], []byte("vorbis")) {
			return "audio/ogg"
		}
		return "application/ogg"
	case len(head) > 12 && string(head[4:8]) == "ftyp" && slices.Contains([]string{"M4A ", "M4B "}, string(head[8:12])):
		return "audio/mp4"
	case len(head) > 2 && head[0] == 0xFF && head[1]&0xE6 == 0xE2: // MPEG audio, layer III, no tag before it
		return "audio/mpeg"
	case bytes.HasPrefix(head, []byte("#!AMR")):
		return "audio/amr"
	}
	found := http.DetectContentType(head)
	kind, _, err := mime.ParseMediaType(found)
	if err != nil {
		return "application/octet-stream"
	}
	if office := officeTypes[ext]; office != "" && kind == "application/zip" {
		return office
	}
	if kind == "audio/wave" {
		return "audio/wav"
	}
	return kind
}
