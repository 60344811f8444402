package vk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"time"

	"ctihub/leads"
)

const (
	uploadWithin = 2 * time.Minute
	photoMost    = 50 << 20 // bytes, VK's limit
)

// pictures are the media types that VK takes as photos. Others, and larger ones, are
// sent as documents.
var pictures = []string{"image/jpeg", "image/png"}

// upload uploads the files of a reply to VK and returns the names by which a message
// attaches them.
func (c *community) upload(ctx context.Context, peer int64, files []leads.Attachment) ([]string, error) {
	if len(files) > 0 && c.files == nil {
		return nil, leads.Refuse(leads.FaultSetup, "the hub keeps no files")
	}
	ctx, cancel := context.WithTimeout(ctx, uploadWithin)
	defer cancel()
	var names []string
	for _, a := range files {
		put := c.uploadDoc
		if slices.Contains(pictures, a.Type) && a.Size <= photoMost {
			put = c.uploadPhoto
		}
		name, err := put(ctx, peer, a)
		if err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, nil
}

// saved is what VK calls an uploaded file.
type saved struct {
	ID        int64  `json:"id"`
	OwnerID   int64  `json:"owner_id"`
	AccessKey string `json:"access_key"`
}

func (s saved) name(kind string) string {
	name := fmt.Sprintf("%s%d_%d", kind, s.OwnerID, s.ID)
	if s.AccessKey != "" {
		name += "_" + s.AccessKey
	}
	return name
}

// post asks a method for an upload address and sends the file there.
func (c *community) post(ctx context.Context, method string, params url.Values, a leads.Attachment, field string, into any) error {
	var to struct {
		URL string `json:"upload_url"`
	}
	if err := c.api.call(ctx, method, params, &to); err != nil {
		return err
	}
	b, err := c.vendor.Post(ctx, c.files, a, to.URL, field)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(b, into); err != nil {
		return errors.New("VK's answer to an upload cannot be read")
	}
	return nil
}

func (c *community) uploadPhoto(ctx context.Context, peer int64, a leads.Attachment) (string, error) {
	var up struct {
		Server json.Number `json:"server"`
		Photo  string      `json:"photo"`
		Hash   string      `json:"hash"`
	}
	err := c.post(ctx, "photos.getMessagesUploadServer", url.Values{"peer_id": {strconv.FormatInt(peer, 10)}}, a, "photo", &up)
	if err != nil {
		return "", err
	}
	if up.Photo == "" || up.Photo == "[]" {
		return "", leads.Refuse(leads.FaultFileKind, "VK does not take the picture: send it as another kind of file")
	}
	var photos []saved
	err = c.api.call(ctx, "photos.saveMessagesPhoto", url.Values{"server": {up.Server.String()}, "photo": {up.Photo}, "hash": {up.Hash}}, &photos)
	if err != nil {
		return "", err
	}
	if len(photos) != 1 {
		return "", errors.New("VK's answer to an upload cannot be read")
	}
	return photos[0].name("photo"), nil
}

func (c *community) uploadDoc(ctx context.Context, peer int64, a leads.Attachment) (string, error) {
	var up struct {
		File  string `json:"file"`
		Error string `json:"error"`
	}
	params := url.Values{"peer_id": {strconv.FormatInt(peer, 10)}, "type": {"doc"}}
	if err := c.post(ctx, "docs.getMessagesUploadServer", params, a, "file", &up); err != nil {
		return "", err
	}
	if up.Error != "" || up.File == "" {
		return "", leads.Refuse(leads.FaultFileKind, "VK does not take this kind of file: pack it, or send a link")
	}
	var doc struct {
		Type string `json:"type"`
		Doc  saved  `json:"doc"`
	}
	if err := c.api.call(ctx, "docs.save", url.Values{"file": {up.File}, "title": {a.Name}}, &doc); err != nil {
		return "", err
	}
	if doc.Doc.ID == 0 {
		return "", errors.New("VK's answer to an upload cannot be read")
	}
	return doc.Doc.name("doc"), nil
}
