package qumulo

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"slices"
	"sync"
	"time"
)

const (
	// maxRejected is how many logins with one username and password may be rejected in
	// budgetWindow. Domain accounts lock after five.
	maxRejected  = 4
	budgetWindow = 30 * time.Minute
)

// LoginBudget keeps the logins of many clients from locking an account: no more than 4
// with the same username and password are rejected within 30 minutes, whatever the
// cluster, the address and the client. It holds hashes, not passwords. It is safe for
// concurrent use.
type LoginBudget struct {
	now  func() time.Time
	salt string

	mu       sync.Mutex
	accounts map[accountKey]*account
}

// accountKey stands for a username and a password.
type accountKey [sha256.Size]byte

// account is what became of the logins with one username and password.
type account struct {
	rejected []time.Time   // of late
	sent     int           // logins without an answer so far
	slow     int           // those of them of clients whose last login had none
	changed  chan struct{} // closed when one of these changes
}

// NewLoginBudget makes a budget for all clients that may log in as the same user; now
// nil: time.Now.
func NewLoginBudget(now func() time.Time) *LoginBudget {
	if now == nil {
		now = time.Now
	}
	return &LoginBudget{now: now, salt: rand.Text(), accounts: make(map[accountKey]*account)}
}

func (b *LoginBudget) key(username, password string) accountKey {
	return sha256.Sum256([]byte(b.salt + username + "\x00" + password))
}

// BudgetError is a login that was not sent, since others with the same username and
// password were rejected.
type BudgetError struct {
	// Until is when the next one may be sent.
	Until time.Time
}

func (e *BudgetError) Error() string {
	return fmt.Sprintf("not sent: %d logins with this username and password were rejected within %d minutes, "+
		"and one more could lock the account; paused until %s", maxRejected, int(budgetWindow.Minutes()), e.Until.UTC().Format(time.RFC3339))
}

// reserve waits until a login may be sent: it could be rejected, and so could those that
// are under way. So that clusters that hang don't keep the others from logging in, a
// cluster is asked whether it is alive where another login is under way, and those that
// gave no answer to their last login (slow) log in one at a time.
func (b *LoginBudget) reserve(ctx context.Context, key accountKey, slow bool, alive func() error) error {
	asked := false
	for {
		ok, wait, err := b.try(key, slow, asked)
		switch {
		case ok || err != nil:
			return err
		case !asked:
			if err := alive(); err != nil {
				return err
			}
			asked = true
			continue
		}
		select {
		case <-wait:
		case <-ctx.Done():
			return fmt.Errorf("waiting for other logins with the same username and password: %w", context.Cause(ctx))
		}
	}
}

// try reserves a login if it may be sent now.
func (b *LoginBudget) try(key accountKey, slow, alive bool) (ok bool, wait <-chan struct{}, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	a, known := b.accounts[key]
	if !known {
		a = &account{changed: make(chan struct{})}
		b.accounts[key] = a
	}
	rejected := a.recent(b.now())
	switch {
	case len(rejected) >= maxRejected:
		return false, nil, &BudgetError{Until: rejected[len(rejected)-maxRejected].Add(budgetWindow)}
	case slow && a.slow > 0:
	case a.sent == 0, alive && len(rejected)+a.sent < maxRejected:
		a.sent++
		a.slow += count(slow)
		return true, nil, nil
	}
	return false, a.changed, nil
}

// settle tells how a login that was reserved ended.
func (b *LoginBudget) settle(key accountKey, slow, rejected, worked bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now, a := b.now(), b.accounts[key]
	a.sent--
	a.slow -= count(slow)
	switch {
	case worked:
		a.rejected = nil
	case rejected:
		a.rejected = append(a.rejected, now)
	}
	close(a.changed)
	a.changed = make(chan struct{})
	for key, a := range b.accounts { // nothing grows with the passwords of years
		if a.sent == 0 && len(a.recent(now)) == 0 {
			delete(b.accounts, key)
		}
	}
}

func count(one bool) int {
	if one {
		return 1
	}
	return 0
}

// recent are the rejections that count.
func (a *account) recent(now time.Time) []time.Time {
	a.rejected = slices.DeleteFunc(a.rejected, func(at time.Time) bool { return !at.After(now.Add(-budgetWindow)) })
	return a.rejected
}
