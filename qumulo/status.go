package qumulo

import (
	"encoding/json"
	"errors"
	"io"
	"strings"
	"unicode"
)

// errorBody is how much of an error's body is read.
const errorBody = 16 << 10

// statusError reads the cluster's own words for an error, as far as there are.
func statusError(status int, body io.Reader, secrets []string) *StatusError {
	var words struct {
		Description Text `json:"description"`
		Class       Text `json:"error_class"`
	}
	data, _ := io.ReadAll(io.LimitReader(body, errorBody))
	if json.Unmarshal(data, &words) != nil {
		return &StatusError{Status: status}
	}
	return &StatusError{Status: status, Class: harmless(words.Class, secrets), Description: harmless(words.Description, secrets)}
}

// harmless makes the cluster's words fit for a log: short, on one line, and
// without a secret that the answer repeats.
func harmless(text Text, secrets []string) string {
	const limit = 200
	s := string(text)
	for _, secret := range secrets {
		s = strings.ReplaceAll(s, secret, redacted)
	}
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }), " ")
	if len(s) > limit {
		s = strings.ToValidUTF8(s[:limit], "") + "…"
	}
	return s
}

// secrets are the texts of the request that must not come back in an error.
func (r request) secrets() []string {
	if !r.token.IsZero() {
		return []string{r.token.Reveal()}
	}
	var login struct{ Password string }
	if json.Unmarshal(r.body, &login) == nil && login.Password != "" {
		return []string{login.Password}
	}
	return nil
}

// withoutSecrets keeps an error as it is unless it quotes what was sent, as
// net/http does with a broken header that repeats the token.
func withoutSecrets(err error, secrets []string) error {
	for _, secret := range secrets {
		if strings.Contains(err.Error(), secret) {
			return errors.New(harmless(Text(err.Error()), secrets))
		}
	}
	return err
}
