package main

import (
	"context"
	"errors"
	"fmt"
	"os/signal"
	"syscall"

	"github.com/redis/go-redis/v9"

	"ctihub/cmd/ctihub/app"
	"ctihub/cmd/ctihub/demo"
)

type serveCmd struct {
	Demo    bool   `help:"Add a small office to look at: people, a website with a form and a simulated phone line."`
	Public  bool   `name:"demo-public" help:"With --demo: allow an address that other machines reach, although the demo's passwords are public."`
	DemoPBX string `name:"demo-pbx" env:"CTIHUB_DEMO_PBX" placeholder:"URL" help:"With --demo: take real calls from this Asterisk (http://user:password@host:port) instead of the simulated line."`
}

// Help is shown by serve --help.
func (serveCmd) Help() string {
	return `The hub brings its database up to date, starts every configured source and answers HTTP. On SIGTERM or SIGINT it stores the touches and answers the requests that it is working on, then exits with 0; a second signal ends it at once.

Examples:

    ctihub serve --demo
    ctihub serve --demo --demo-public --config demo.yaml    a demo that other machines reach
    ctihub serve --config /etc/ctihub/ctihub.yaml`
}

// Run serves until a signal comes.
func (c serveCmd) Run(t terminal, s settings) error {
	cfg, _, err := s.loadChecked()
	if err != nil {
		return err
	}
	switch {
	case c.Public && !c.Demo:
		return usageError{errors.New("--demo-public belongs to --demo")}
	case c.Demo && !c.Public && demo.Reachable(cfg.Listen):
		return usageError{fmt.Errorf("other machines can reach %s, and everybody knows the demo's passwords; listen on 127.0.0.1 (key \"listen\"), or add --demo-public if that is what you want", cfg.Listen)}
	}
	log := newLogger(cfg.Log, t.err)
	for _, w := range cfg.Warnings() {
		log.Warn("configuration", "warning", w)
	}
	redis.SetLogger(redisLog{log})
	app.LimitMemory(log)
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal then has its default effect and ends the process
	opts := app.Options{Log: log, Version: buildVersion()}
	if c.Demo {
		if opts.Demo, err = demo.New(&cfg, c.DemoPBX); err != nil {
			return usageError{err}
		}
	}
	if err := app.AwaitDatabase(ctx, cfg, log); err != nil {
		if ctx.Err() != nil { // a signal came meanwhile
			return nil
		}
		return err
	}
	a, err := app.New(ctx, cfg, opts)
	if err != nil {
		return err
	}
	if opts.Demo != nil {
		if demo.Reachable(cfg.Listen) {
			log.Warn("the demo's passwords are known to everybody, and other machines can reach this hub", "listen", cfg.Listen)
		}
		if err := opts.Demo.Welcome(t.out); err != nil {
			return err
		}
	}
	go app.GiveBackMemory(ctx)
	return a.Run(ctx)
}
