package qumulo

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// maxSecretFile bounds a password or token file, in bytes.
const maxSecretFile = 64 << 10

// Credentials are one of two ways in: a username with a password (Password or
// PasswordFile), or an access token (AccessTokenFile). Files are read when they
// are needed, so that a secret can be changed without a restart.
type Credentials struct {
	Username     string
	Password     Secret
	PasswordFile string
	// AccessTokenFile holds an access token, bare or in the JSON that
	// `qq auth_create_access_token --file` and the API write.
	AccessTokenFile string
}

// Validate says what is missing or too much.
func (c Credentials) Validate() error {
	passwords := 0
	for _, given := range []bool{!c.Password.IsZero(), c.PasswordFile != ""} {
		if given {
			passwords++
		}
	}
	switch {
	case c.AccessTokenFile != "" && (c.Username != "" || passwords > 0):
		return errors.New("give either an access token file or a username and password, not both")
	case c.AccessTokenFile != "":
		return nil
	case c.Username == "" && passwords == 0:
		return errors.New("no credentials: give an access token file, or a username and a password file")
	case c.Username == "":
		return errors.New("a password is given but no username")
	case passwords == 0:
		return fmt.Errorf("no password for user %q: give a password file", c.Username)
	case passwords > 1:
		return errors.New("give the password once: as a file or directly, not both")
	}
	return nil
}

func (c Credentials) byToken() bool { return c.AccessTokenFile != "" }

// file is the one secret file of these credentials, "" if there is none.
func (c Credentials) file() string {
	if c.byToken() {
		return c.AccessTokenFile
	}
	return c.PasswordFile
}

// CheckSecret returns what is wrong with the content of the secret file of these
// credentials: of AccessTokenFile or PasswordFile. The error names no path and shows
// nothing of the content.
func (c Credentials) CheckSecret(content string) error {
	switch {
	case len(content) > maxSecretFile:
		return fmt.Errorf("larger than %d bytes", maxSecretFile)
	case passwordIn(content) == "":
		return errors.New("the file is empty")
	case c.byToken() && tokenIn(content) == "":
		return errors.New("no access token in the file: want one line that starts with access-v1:, or JSON with bearer_token")
	}
	return nil
}

// passwordIn returns the text without the line end that editors add.
func passwordIn(text string) string { return strings.TrimRight(text, "\r\n") }

// tokenIn returns a token that stands in a text bare, or in a JSON object as
// bearer_token; "" if there is none.
func tokenIn(text string) string {
	text = strings.TrimSpace(text)
	if strings.HasPrefix(text, "{") {
		var file struct {
			BearerToken string `json:"bearer_token"`
		}
		if json.Unmarshal([]byte(text), &file) != nil {
			return ""
		}
		text = file.BearerToken
	}
	if !validToken(text) {
		return ""
	}
	return text
}

// validToken keeps out what can't stand in an HTTP header.
func validToken(text string) bool {
	for _, r := range text {
		if r <= ' ' || r > '~' {
			return false
		}
	}
	return text != ""
}
