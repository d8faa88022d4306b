package qumulo

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// errorBody is how much of an error's body is read.
const errorBody = 16 << 10

// statusError reads the cluster's own words for an error, as far as there are.
func statusError(status int, body io.Reader, secret Secret) *StatusError {
	var words struct {
		Description Text `json:"description"`
		Class       Text `json:"error_class"`
	}
	data, _ := io.ReadAll(io.LimitReader(body, errorBody))
	if unmarshal(data, &words) != nil {
		return &StatusError{Status: status, foreign: bytes.HasPrefix(bytes.TrimSpace(data), []byte("<"))} // HTML, or XML
	}
	return &StatusError{Status: status, Class: harmless(words.Class, secret), Description: harmless(words.Description, secret)}
}

// harmless makes the cluster's words fit for a log: short, on one line, and
// without a secret that the answer repeats.
func harmless(text Text, secret Secret) string {
	const limit = 200
	s := tokens.ReplaceAllString(string(text), redacted)
	for _, form := range forms(secret) {
		s = strings.ReplaceAll(s, form, redacted)
	}
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }), " ")
	if len(s) > limit {
		s = strings.ToValidUTF8(s[:limit], "") + "…"
	}
	return s
}

// forms are the texts in which a secret may come back: as it is, and as the body of a
// login has it.
func forms(secret Secret) []string {
	if secret.Reveal() == "" {
		return nil
	}
	forms := []string{secret.Reveal(), url.QueryEscape(secret.Reveal())}
	for _, html := range []bool{false, true} {
		var b strings.Builder
		quoted := json.NewEncoder(&b)
		quoted.SetEscapeHTML(html)
		if err := quoted.Encode(any(secret.Reveal())); err != nil {
			continue
		}
		forms = append(forms, strings.Trim(b.String(), "\"\n"))
	}
	return forms
}

// tokens are what looks like one: a sick node may repeat that of another request.
var tokens = regexp.MustCompile(`(session|access)-v1:[!-~]*`)

// withoutSecret keeps an error as it is unless it quotes what was sent, as net/http does
// with a broken header that repeats the token.
func withoutSecret(err error, secret Secret) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	if tokens.MatchString(text) || slices.ContainsFunc(forms(secret), func(form string) bool { return strings.Contains(text, form) }) {
		return errors.New(harmless(Text(text), secret))
	}
	return err
}
