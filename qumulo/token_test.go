package qumulo_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// markerToken is refused by every cluster.
const markerToken = "access-v1:marker-token-4711"

func TestAccessToken(t *testing.T) {
	r := newTokenRig(t)
	for range 10 {
		ok(t, r.batch(t, 8)...)
	}
	r.checkSent(t, sent{nodeCalls: 80})
	if n := r.CallCount(loginPath); n != 0 {
		t.Errorf("%d logins with an access token", n)
	}
	if s := r.client.State(); !s.TokenExpires.IsZero() || s.LoginPaused {
		t.Errorf("state is %+v: the end of an access token is not known", s)
	}
	r.clock.advance(24 * time.Hour)
	ok(t, r.call(t))
	if n := r.CallCount(loginPath); n != 0 {
		t.Errorf("%d logins to renew an access token", n)
	}
}

func TestRefusedAccessTokenCostsOneCallABatch(t *testing.T) {
	r := newTokenRig(t)
	r.write(t, markerToken)
	for range 3 {
		r.reset()
		r.checkTokenRefused(t, r.batch(t, 8))
		r.checkSent(t, sent{nodeCalls: 1, refusedCalls: 1})
	}
	r.reset()
	r.write(t, r.AddAccessToken(qumulotest.DefaultUser, time.Time{}))
	ok(t, r.batch(t, 8)...)
	r.checkSent(t, sent{nodeCalls: 8})
}

// checkRefusedOnce wants each of a batch of calls to be refused once at most, one at least, and
// the client's own user to be asked for once to find out whether the token is at fault.
func (r *rig) checkRefusedOnce(t *testing.T, batch int) {
	t.Helper()
	own := r.CallCount("/v1/session/who-am-i")
	if n := r.StatusCount(401) - own; n < 1 || n > batch || own != 1 {
		t.Errorf("%d refused calls for a batch of %d, and %d of the own user", n, batch, own)
	}
}

// A token that was good and is revoked: those of the batch that are in flight are refused, once
// each, and no more is sent.
func TestRevokedAccessToken(t *testing.T) {
	r := newTokenRig(t)
	ok(t, r.call(t))
	node := r.Nodes()[0]
	node.Hang(true)
	done := make(chan []error)
	r.reset()
	go func() { done <- r.batch(t, 8) }()
	eventually(t, "8 calls in flight", func() bool { return r.InFlight() == 8 })
	r.RevokeTokens()
	node.Hang(false)
	r.checkTokenRefused(t, <-done)
	r.checkRefusedOnce(t, 8)
	r.reset()
	r.checkTokenRefused(t, r.batch(t, 8))
	r.checkSent(t, sent{nodeCalls: 1, refusedCalls: 1})
}

// checkTokenRefused checks the errors of calls whose access token was refused.
func (r *rig) checkTokenRefused(t *testing.T, errs []error) {
	t.Helper()
	for _, err := range errs {
		if e := as[*qumulo.TokenError](t, err); e.File != r.secretFile {
			t.Errorf("the error names the file %q, want %q", e.File, r.secretFile)
		}
		if !errors.Is(err, qumulo.ErrUnauthorized) || as[*qumulo.Error](t, err).Operation != "list nodes" {
			t.Errorf("error is %v, want a list of nodes that is unauthorized", err)
		}
		if !strings.Contains(err.Error(), r.secretFile) || strings.Contains(err.Error(), markerToken) {
			t.Errorf("error is %q, want the file's name and not the token in it", err)
		}
	}
}

// The file is read again within the batch: a token changed in time repairs the call.
func TestAccessTokenChangedMeanwhile(t *testing.T) {
	r := newTokenRig(t)
	ok(t, r.call(t))
	node := r.Nodes()[0]
	node.Hang(true)
	done := make(chan []error)
	r.reset()
	go func() { done <- r.batch(t, 8) }()
	eventually(t, "8 calls in flight", func() bool { return r.InFlight() == 8 })
	r.RevokeTokens()
	r.write(t, r.AddAccessToken(qumulotest.DefaultUser, time.Time{}))
	node.Hang(false)
	ok(t, <-done...)
	r.checkSent(t, sent{nodeCalls: 16, refusedCalls: 8})
}

func TestAccessTokenFileChangedWhileTheOldWorks(t *testing.T) {
	r := newTokenRig(t)
	ok(t, r.call(t))
	old := r.Calls()[0].Token
	fresh := r.AddAccessToken(qumulotest.DefaultUser, time.Time{})
	r.write(t, fresh)
	r.reset()
	ok(t, r.batch(t, 8)...)
	for _, c := range r.Calls() {
		if c.Token != fresh || c.Token == old {
			t.Errorf("a call with token %q, want the new one", c.Token)
		}
	}
	r.checkSent(t, sent{nodeCalls: 8})
}

// While the token at hand works, a file that can't be used is left alone.
func TestAccessTokenFileBrokenWhileTheTokenWorks(t *testing.T) {
	for name, spoil := range spoilers() {
		t.Run(name, func(t *testing.T) {
			r := newTokenRig(t)
			ok(t, r.call(t))
			spoil(t, r)
			ok(t, r.batch(t, 8)...)
			r.checkSent(t, sent{nodeCalls: 9})

			r.RevokeTokens()
			r.reset()
			for _, err := range r.batch(t, 8) {
				r.checkFileError(t, err)
			}
			r.checkRefusedOnce(t, 8)
		})
	}
}

func TestAccessTokenFileBroken(t *testing.T) {
	for name, spoil := range spoilers() {
		t.Run(name, func(t *testing.T) {
			r := newTokenRig(t, alone)
			spoil(t, r)
			for _, err := range r.batch(t, 8) {
				r.checkFileError(t, err)
			}
			if n := r.CallCount(""); n != 0 {
				t.Errorf("%d calls sent without a token", n)
			}
			r.write(t, r.AddAccessToken(qumulotest.DefaultUser, time.Time{}))
			ok(t, r.batch(t, 8)...)
			r.checkSent(t, sent{nodeCalls: 8})
		})
	}
}

// spoilers make the token file useless.
func spoilers() map[string]func(*testing.T, *rig) {
	write := func(text string) func(*testing.T, *rig) {
		return func(t *testing.T, r *rig) {
			t.Helper()
			r.write(t, text)
		}
	}
	return map[string]func(*testing.T, *rig){
		"missing": func(t *testing.T, r *rig) {
			t.Helper()
			ok(t, os.Remove(r.secretFile))
		},
		"a folder": func(t *testing.T, r *rig) {
			t.Helper()
			ok(t, os.Remove(r.secretFile), os.Mkdir(r.secretFile+".d", 0o700), os.Symlink(r.secretFile+".d", r.secretFile))
		},
		"empty":                write(""),
		"a line end":           write("\r\n"),
		"too large":            write(strings.Repeat("a", 64<<10+1)),
		"two lines":            write(markerToken + "\nmore\n"),
		"binary":               write("\x00\x01" + markerToken),
		"not ASCII":            write("access-v1:ü"),
		"broken JSON":          write(`{"bearer_token": "` + markerToken),
		"JSON without a token": write(`{"id": "1"}`),
		"JSON, empty token":    write(`{"bearer_token": ""}`),
		"JSON, other type":     write(`{"bearer_token": ["` + markerToken + `"]}`),
	}
}

func (r *rig) checkFileError(t *testing.T, err error) {
	t.Helper()
	if err == nil {
		// Not Fatal: a folder in the file's place must not hide the other cases.
		t.Error("no error")
		return
	}
	if text := err.Error(); !strings.Contains(text, r.secretFile) || strings.Contains(text, "marker-token") {
		t.Errorf("error is %q, want the file's name and not its content", text)
	}
}

func TestAccessTokenForms(t *testing.T) {
	for name, form := range map[string]string{
		"bare":           "%s",
		"line end":       "%s\n",
		"CRLF":           "%s\r\n",
		"blanks":         "  %s \n\n",
		"JSON":           `{"bearer_token": %q, "id": "1"}`,
		"indented JSON":  "\n{\n  \"id\": \"1\",\n  \"bearer_token\": %q\n}\n",
		"unknown fields": `{"user":{"name":"x"},"bearer_token":%q,"expiration_time":null}`,
	} {
		t.Run(name, func(t *testing.T) {
			r := newTokenRig(t, alone)
			token := r.AddAccessToken(qumulotest.DefaultUser, time.Time{})
			r.write(t, fmt.Sprintf(form, token))
			ok(t, r.call(t))
			if got := r.Calls()[0].Token; got != token {
				t.Errorf("the token sent is %q, want %q", got, token)
			}
		})
	}
}

// Of the first calls one goes ahead, to prove the token.
func TestOneCallProvesTheToken(t *testing.T) {
	r := newTokenRig(t)
	node := r.Nodes()[0]
	node.Hang(true)
	done := make(chan []error)
	began := time.Now()
	go func() { done <- r.batch(t, 8) }()
	eventually(t, "a call", func() bool { return r.InFlight() >= 1 })
	time.Sleep(100 * time.Millisecond)
	// On a machine that stands still for so long, another one may try already.
	if n := r.InFlight(); n != 1 && time.Since(began) < 400*time.Millisecond {
		t.Errorf("%d calls in flight before the token is proven, want 1", n)
	}
	node.Hang(false)
	ok(t, <-done...)
	r.checkSent(t, sent{nodeCalls: 8})
}

// A privilege that is missing proves the token as well as an answer does.
func TestForbiddenCallProvesTheToken(t *testing.T) {
	r := newTokenRig(t)
	r.SetPrivileges(qumulotest.DefaultUser, "PRIVILEGE_FS_ATTRIBUTES_READ")
	if err := r.call(t); !errors.Is(err, qumulo.ErrForbidden) {
		t.Fatalf("error is %v, want a missing privilege", err)
	}
	node := r.Nodes()[0]
	node.Hang(true)
	done := make(chan []error)
	go func() { done <- r.batch(t, 8) }()
	began := time.Now()
	eventually(t, "8 calls in flight at once", func() bool { return r.InFlight() == 8 })
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("they went one by one, in %v", took)
	}
	node.Hang(false)
	for _, err := range <-done {
		if !errors.Is(err, qumulo.ErrForbidden) {
			t.Errorf("error is %v, want a missing privilege", err)
		}
	}
}

// An error of the server says nothing of the token: the next call is to prove it.
func TestFailedCallProvesNothing(t *testing.T) {
	r := newTokenRig(t)
	r.write(t, markerToken)
	r.SetFault(nodesPath, qumulotest.Fault{Status: 500, Times: 1})
	failed := 0
	for _, err := range r.batch(t, 8) {
		if _, refused := errors.AsType[*qumulo.TokenError](err); !refused {
			failed++
		}
	}
	if failed != 1 {
		t.Errorf("%d calls failed otherwise than by their token, want 1", failed)
	}
	r.checkSent(t, sent{nodeCalls: 2, refusedCalls: 1})
}

// The call that is to prove the token hangs: after a moment another one tries, and all go on.
func TestProvingCallHangs(t *testing.T) {
	t.Parallel()
	r := newTokenRig(t)
	stop := r.hangingCall(t)
	began := time.Now()
	ok(t, r.batch(t, 7)...)
	if took := time.Since(began); took < 300*time.Millisecond || took > 3*time.Second {
		t.Errorf("the others went on after %v, want about half a second", took)
	}
	r.checkSent(t, sent{nodeCalls: 7})
	stop()
}

// The same with a bad token: one more call finds out.
func TestProvingCallHangsWithBadToken(t *testing.T) {
	t.Parallel()
	r := newTokenRig(t)
	r.write(t, markerToken)
	stop := r.hangingCall(t)
	r.checkTokenRefused(t, r.batch(t, 7))
	r.checkSent(t, sent{nodeCalls: 1, refusedCalls: 1})
	stop()
}

// hangingCall sends a call that hangs until stop is called.
func (r *rig) hangingCall(t *testing.T) (stop func()) {
	t.Helper()
	r.SetFault(slotsPath, qumulotest.Fault{Hang: true})
	ctx, cancel := context.WithCancel(soon(t))
	ended := make(chan error, 1)
	go func() {
		_, err := r.client.Slots(ctx)
		ended <- err
	}()
	eventually(t, "the hanging call", func() bool { return r.CallCount(slotsPath) == 1 })
	return func() {
		t.Helper()
		cancel()
		if err := <-ended; !errors.Is(err, qumulo.ErrNoAnswer) {
			t.Errorf("error of the hanging call is %v, want no answer", err)
		}
	}
}

// A slow login is no reason to send its token with all calls at once.
func TestSlowLoginsTokenIsProvenByOneCall(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.RevokeEachLogin(true)
	r.LoginFault(qumulotest.Fault{Delay: 1200 * time.Millisecond})
	r.checkRefused(t, r.batch(t, 8))
	r.checkSent(t, sent{logins: 1, nodeCalls: 1, refusedCalls: 1})
}

// TestListingUnderWayTellsOfTheToken: another call that is rejected does not list the nodes once more to judge the token.
func TestListingUnderWayTellsOfTheToken(t *testing.T) {
	r := newRig(t)
	ok(t, r.call(t))
	r.RevokeTokens()
	r.reset()
	r.SetFault(nodesPath, qumulotest.Fault{Delay: 100 * time.Millisecond})
	ctx := qumulo.WithRound(soon(t), qumulo.Round{Began: time.Now()})
	ok(t, together(2, func(i int) error {
		if i == 0 {
			_, err := r.client.Nodes(ctx)
			return err
		}
		eventually(t, "the nodes are asked for", func() bool { return r.CallCount(nodesPath) == 1 })
		_, err := r.client.FileSystem(ctx)
		return err
	})...)
	if n := r.CallCount(nodesPath); n != 2 {
		t.Errorf("the nodes were listed %d times; once with the old token and once with the new one are enough", n)
	}
}
