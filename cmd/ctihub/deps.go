//go:build deps

package main

import (
	_ "github.com/CyCoreSystems/ari/v5"
	_ "github.com/CyCoreSystems/ari/v5/client/native"
	_ "github.com/alecthomas/kong"
	_ "github.com/alexedwards/scs/v2"
	_ "github.com/coder/websocket"
	_ "github.com/emersion/go-imap/v2/imapclient"
	_ "github.com/getkin/kin-openapi/openapi3filter"
	_ "github.com/go-telegram-bot-api/telegram-bot-api/v5"
	_ "github.com/google/uuid"
	_ "github.com/jackc/pgx/v5/pgxpool"
	_ "github.com/jackc/pgx/v5/stdlib"
	_ "github.com/oapi-codegen/runtime"
	_ "github.com/oapi-codegen/runtime/strictmiddleware/nethttp"
	_ "github.com/pressly/goose/v3"
	_ "github.com/prometheus/client_golang/prometheus/promhttp"
	_ "github.com/redis/go-redis/v9"
	_ "go.uber.org/goleak"
	_ "golang.org/x/crypto/argon2"
	_ "golang.org/x/sync/errgroup"
	_ "golang.org/x/time/rate"
	_ "modernc.org/sqlite"
	_ "pgregory.net/rapid"
)
