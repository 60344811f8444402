package telegram

import (
	"testing"

	"ctihub/connectors/connectortest"
)

func TestWords(t *testing.T) { connectortest.CheckWords(t, words) }
