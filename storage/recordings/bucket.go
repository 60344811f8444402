package recordings

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// S3 says where a bucket is that speaks the S3 protocol.
type S3 struct {
	Endpoint  string // https://host[:port], or http:// inside the house
	Bucket    string // exists
	Region    string // empty: us-east-1
	AccessKey string
	SecretKey string
}

// Bucket keeps files in a bucket, so that several hubs share them.
type Bucket struct {
	client *minio.Client
	name   string
}

// OpenBucket checks the settings; it does not connect. roots are the authorities
// whose certificates it trusts; nil: the system's.
func OpenBucket(s S3, roots *x509.CertPool) (*Bucket, error) {
	u, err := url.Parse(s.Endpoint)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.Path != "" && u.Path != "/" {
		return nil, fmt.Errorf("s3 endpoint %q is not of the form https://host", s.Endpoint)
	}
	if s.Region == "" {
		s.Region = "us-east-1"
	}
	transport, err := minio.DefaultTransport(u.Scheme == "https")
	if err != nil {
		return nil, fmt.Errorf("s3: %w", err)
	}
	if roots != nil && transport.TLSClientConfig != nil {
		transport.TLSClientConfig.RootCAs = roots
	}
	client, err := minio.New(u.Host, &minio.Options{
		Transport: transport,
		Creds:     credentials.NewStaticV4(s.AccessKey, s.SecretKey, ""), Secure: u.Scheme == "https", Region: s.Region,
		BucketLookup: minio.BucketLookupPath,
	})
	if err != nil {
		return nil, fmt.Errorf("s3: %w", err)
	}
	return &Bucket{client, s.Bucket}, nil
}

// Write implements [Files]. A bucket shows an object only when it is complete.
func (b *Bucket) Write(ctx context.Context, key, mediaType string, content io.Reader, size int64) error {
	if _, err := b.client.PutObject(ctx, b.name, key, content, size, minio.PutObjectOptions{ContentType: mediaType}); err != nil {
		return fmt.Errorf("writing a file: %w", s3Error(err))
	}
	return nil
}

// Open implements [Files]. Reading asks for the part that is needed.
func (b *Bucket) Open(ctx context.Context, key string) (io.ReadSeekCloser, error) {
	o, err := b.client.GetObject(ctx, b.name, key, minio.GetObjectOptions{})
	if err == nil {
		_, err = o.Stat()
	}
	if err != nil {
		return nil, fmt.Errorf("opening a file: %w", s3Error(err))
	}
	return o, nil
}

// Remove implements [Files].
func (b *Bucket) Remove(ctx context.Context, key string) error {
	if err := b.client.RemoveObject(ctx, b.name, key, minio.RemoveObjectOptions{}); err != nil && !errors.Is(s3Error(err), fs.ErrNotExist) {
		return fmt.Errorf("removing a file: %w", s3Error(err))
	}
	return nil
}

// s3Error keeps the code of an S3 error and drops its text, which contains keys.
func s3Error(err error) error {
	var res minio.ErrorResponse
	if !errors.As(err, &res) {
		return err
	}
	if res.StatusCode == http.StatusNotFound {
		return fmt.Errorf("the bucket answered %s: %w", res.Code, fs.ErrNotExist)
	}
	return fmt.Errorf("the bucket answered %d %s", res.StatusCode, res.Code)
}
