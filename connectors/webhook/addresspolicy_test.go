package webhook

import (
	"errors"
	"net/netip"
	"testing"
)

func TestGuard(t *testing.T) {
	inside := []string{
		"127.0.0.1", "127.9.9.9", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", // this machine, private networks
		"169.254.169.254", "100.100.100.200", "192.0.0.192", "168.63.129.16", "fd00:ec2::254", // metadata of clouds
		"100.64.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.7", "203.0.113.7", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
		"::", "::1", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd12:3456::1", "ff02::1", "ff05::2",
		"::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "::10.0.0.1", // IPv4 in other clothes
		"64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::", "2002:a9fe:a9fe::1", "2001:0:7f00:1::", "2001:db8::1", "3fff::1", "100::1", "5f00::1",
	}
	outside := []string{"93.184.215.14", "1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450:4010::64", "::ffff:1.1.1.1"}
	var g addressPolicy
	for _, a := range inside {
		if err := g.check(netip.MustParseAddr(a)); !errors.Is(err, errNotPublic) {
			t.Errorf("%s is not refused: %v", a, err)
		}
	}
	for _, a := range outside {
		if err := g.check(netip.MustParseAddr(a)); err != nil {
			t.Errorf("%s is refused: %v", a, err)
		}
	}
	if err := g.check(netip.Addr{}); err == nil {
		t.Error("no address is not refused")
	}
	own := addressPolicy{allow: []netip.Prefix{netip.MustParsePrefix("10.20.0.0/16"), netip.MustParsePrefix("fd00:1::/32")}}
	for a, ok := range map[string]bool{
		"10.20.3.4": true, "::ffff:10.20.3.4": true, "fd00:1::5": true, "1.1.1.1": true,
		"10.21.0.1": false, "127.0.0.1": false, "fd00:2::5": false, "169.254.169.254": false,
	} {
		if err := own.check(netip.MustParseAddr(a)); (err == nil) != ok {
			t.Errorf("with an allow-list, %s: %v", a, err)
		}
	}
	own.allowOnly = true
	if own.check(netip.MustParseAddr("1.1.1.1")) == nil || own.check(netip.MustParseAddr("10.20.3.4")) != nil {
		t.Error("plain http is not kept to the allow-list")
	}
	for _, x := range []struct{ network, address string }{
		{"tcp", "1.1.1.1:443"}, {"udp4", "1.1.1.1:443"}, {"tcp4", "example.com:443"}, {"unix", "/run/x"}, {"tcp6", "[fe80::1%eth0]:80"},
	} {
		if (addressPolicy{}).control(x.network, x.address, nil) == nil {
			t.Errorf("%s %s may be dialled", x.network, x.address)
		}
	}
}
