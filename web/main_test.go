package web

import (
	"testing"

	"go.uber.org/goleak"

	"ctihub/storage/storagetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m, storagetest.IgnoreServers()) }
