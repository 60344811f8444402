package demo

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
	"sync"
	"time"

	"ctihub/connectors"
	"ctihub/leads"
)

// Pace of the simulated letters.
const (
	firstLetter  = 20 * time.Second
	minSilence   = 40 * time.Second
	maxSilence   = 2 * time.Minute
	isDelivered  = 2 * time.Second
	isRead       = 6 * time.Second
	customerAsks = 20 * time.Second // after an answer was read
)

// Post returns a simulated message channel as a kind of connector: customers write
// while the line is on; replies become "delivered" and "read", and customers answer
// some of them. Nothing leaves the machine.
func (l *Line) Post(ch leads.Channel) connectors.Kind {
	return connectors.Kind{Name: "demo-" + string(ch), OneOwner: true, In: func(env connectors.Env) (connectors.Source, error) {
		if err := env.Settings(&struct{}{}); err != nil {
			return connectors.Source{}, err
		}
		p := &demoChannel{line: l, channel: ch, env: env, rand: rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64())), sent: make(chan leads.Reply, 100)}
		return connectors.Source{Run: p.Run, Send: p.Send, Sends: p.Sends()}, nil
	}}
}

type demoChannel struct {
	line    *Line
	channel leads.Channel
	env     connectors.Env
	sent    chan leads.Reply

	mu   sync.Mutex
	rand *rand.Rand
}

// Run puts customers' messages until ctx ends.
func (p *demoChannel) Run(ctx context.Context, in leads.Inbox) error {
	if err := p.putPast(ctx, in); err != nil {
		return err
	}
	p.env.Report.Health(nil)
	var work sync.WaitGroup
	defer work.Wait()
	next := time.NewTimer(firstLetter + p.between(0, firstLetter))
	defer next.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case r := <-p.sent:
			work.Go(func() { p.simulateCustomer(ctx, in, r) })
		case <-next.C:
			next.Reset(p.between(minSilence, maxSilence))
			if !p.line.On() {
				continue
			}
			list := incoming[p.channel]
			if err := in.Put(ctx, "", list[p.pick(len(list))].touch(p.channel, p.key(), p.env.Now())); err != nil {
				return err
			}
		}
	}
}

// putPast puts the messages from before the start of the demo, once.
func (p *demoChannel) putPast(ctx context.Context, in leads.Inbox) error {
	list := map[leads.Channel][]letter{leads.ChannelMail: mails, leads.ChannelTelegram: chats}[p.channel]
	done, err := in.Cursor(ctx)
	if err != nil || done != "" {
		return err
	}
	for n, l := range list {
		key := fmt.Sprintf("past-%02d", n+1)
		at := p.env.Now().Add(-l.ago)
		t := l.touch(p.channel, key, at)
		if l.file != "" {
			file, err := p.env.Files.Keep(ctx, key, 0, l.file, bytes.NewReader(drawing()))
			if err != nil {
				return err
			}
			t.Attachments = []leads.Attachment{file}
		}
		versions := []leads.Touch{t}
		if l.edited != "" {
			t.Text, t.Edited = l.edited, at.Add(30*time.Second)
			versions = append(versions, t)
		}
		for _, v := range versions {
			if err := in.Put(ctx, "", v); err != nil {
				return err
			}
		}
	}
	return in.Put(ctx, "done")
}

// Sends describes what Send can send.
func (p *demoChannel) Sends() connectors.Sending {
	s := connectors.Sending{Channel: p.channel, To: []leads.IdentityKind{leads.IdentityKind(p.channel)}, Repeated: true, MaxText: 4096, MaxFile: 10 << 20}
	if p.channel == leads.ChannelMail {
		s.To, s.Cold, s.Subject, s.MaxText = []leads.IdentityKind{leads.KindEmail}, true, true, 0
	}
	return s
}

// Send takes one reply, see [connectors.Source].
func (p *demoChannel) Send(ctx context.Context, r leads.Reply) (string, error) {
	select {
	case p.sent <- r:
		return messageID(r.ID), nil
	case <-ctx.Done():
		return "", fmt.Errorf("the demo's post is stopping: %w", leads.ErrNotSent)
	}
}

// simulateCustomer reports a reply as delivered and read, and sometimes answers it.
func (p *demoChannel) simulateCustomer(ctx context.Context, in leads.Inbox, r leads.Reply) {
	pause := func(d time.Duration) bool {
		select {
		case <-ctx.Done():
			return false
		case <-time.After(d):
			return true
		}
	}
	report := func(s leads.ReplyState) {
		if err := p.env.Report.Receipt(ctx, leads.Receipt{UpstreamID: messageID(r.ID), State: s, At: p.env.Now()}); err != nil {
			p.env.Log.Warn("a receipt of the demo was not stored", "err", err)
		}
	}
	if !pause(isDelivered) {
		return
	}
	report(leads.ReplyDelivered)
	if !pause(isRead) {
		return
	}
	report(leads.ReplyRead)
	if p.pick(2) == 0 || !pause(customerAsks) {
		return
	}
	key := p.key()
	t := leads.Touch{
		ExternalID: key, Channel: p.channel, Direction: leads.In, At: p.env.Now(), From: []leads.Identity{r.To}, To: addresses[p.channel],
		Subject: r.Subject, Text: followUps[p.pick(len(followUps))], MessageID: messageID(key), References: []string{messageID(r.ID)},
	}
	if err := in.Put(ctx, "", t); err != nil {
		p.env.Log.Warn("a letter of the demo was not stored", "err", err)
	}
}

func (p *demoChannel) key() string {
	return fmt.Sprintf("demo-%d-%d", p.env.Now().UnixMilli(), p.pick(1e6))
}

func (p *demoChannel) pick(n int) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.rand.IntN(n)
}

func (p *demoChannel) between(low, high time.Duration) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return between(p.rand, low, high)
}

// drawing is a picture of a window, as a file.
func drawing() []byte {
	const w, h, frame = 240, 180, 10
	img := image.NewPaletted(image.Rect(0, 0, w, h), color.Palette{color.White, color.RGBA{0x9c, 0xc4, 0xe8, 0xff}, color.RGBA{0x5a, 0x62, 0x6e, 0xff}})
	for y := range h {
		for x := range w {
			switch {
			case x < frame || x >= w-frame || y < frame || y >= h-frame || x/frame == w/frame/2:
				img.SetColorIndex(x, y, 2)
			default:
				img.SetColorIndex(x, y, 1)
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		return nil
	}
	return b.Bytes()
}
