package qumulo

import (
	"net"
	"time"

	"github.com/prometheus/common/config"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo/internal/transport"
)

// DefaultConcurrency is how many calls a cluster gets at a time.
const DefaultConcurrency = 8

// Config is what a Client needs to know of its cluster.
type Config struct {
	// URLs are the addresses of the cluster, as ParseURL takes them. The first
	// is used until it fails, then the next.
	URLs        []string
	Credentials Credentials
	TLS         config.TLSConfig
	Proxy       config.ProxyConfig
	// Concurrency is how many calls go on at a time; 0: DefaultConcurrency.
	Concurrency int
	// TokenLife is how long a token that a login gives is valid; 0: the ten
	// hours of Qumulo Core. It is renewed at nine tenths of it.
	TokenLife time.Duration
	// MaxRows and MaxBytes bound each answer, in place of the endpoint's own
	// bounds; 0: those.
	MaxRows  int
	MaxBytes int64
	// LoginBudget bounds the rejected logins of all clients that share it; nil: of this one.
	LoginBudget *LoginBudget
	// Resolver asks the DNS; nil: net.DefaultResolver.
	Resolver Resolver
	// UserAgent names the program in the cluster's logs.
	UserAgent string
	Hooks     Hooks
	// Now is the clock, for tests; nil: time.Now.
	Now func() time.Time
}

// Resolver returns the IP addresses of a name, as net.Resolver does.
type Resolver = transport.Resolver

// Hooks are told what the client does. They must be quick and safe for
// concurrent use; nil ones are left out.
type Hooks struct {
	// Call is told of each request that ended, logins included.
	Call func(CallResult)
	// Login is told of each login that ended.
	Login func(LoginResult)
	// Handshake is told of each TLS handshake that succeeded.
	Handshake func()
	// Failover is told when calls have moved to another address.
	Failover func()
	// File is told of a file of the credentials or the TLS settings that was read before
	// when it can't be used any more, and (nil) when it can again.
	File func(path string, err error)
}

// CallResult is one request and what came of it.
type CallResult struct {
	Operation string // in words: "list nodes"
	Address   string
	Began     time.Time
	Status    int   // 0: no answer
	Bytes     int64 // of the answer's body that were read
	Duration  time.Duration
	Err       error
}

func (cfg *Config) setDefaults() {
	if cfg.Concurrency <= 0 {
		cfg.Concurrency = DefaultConcurrency
	}
	if cfg.TokenLife == 0 {
		cfg.TokenLife = tokenLife
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Resolver == nil {
		cfg.Resolver = net.DefaultResolver
	}
	if cfg.Hooks.Call == nil {
		cfg.Hooks.Call = func(CallResult) {}
	}
	if cfg.Hooks.Login == nil {
		cfg.Hooks.Login = func(LoginResult) {}
	}
	if cfg.Hooks.Handshake == nil {
		cfg.Hooks.Handshake = func() {}
	}
	if cfg.Hooks.Failover == nil {
		cfg.Hooks.Failover = func() {}
	}
	if cfg.Hooks.File == nil {
		cfg.Hooks.File = func(string, error) {}
	}
	if cfg.LoginBudget == nil {
		cfg.LoginBudget = NewLoginBudget(cfg.Now)
	}
}
