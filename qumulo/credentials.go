package qumulo

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"
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

// secret gives the password or the access token as it is now.
func (c Credentials) secret() (string, error) {
	if c.file() == "" {
		return c.Password.Reveal(), nil
	}
	text, err := readSecretFile(c.file())
	if err != nil {
		return "", err
	}
	if c.byToken() {
		return parseToken(c.AccessTokenFile, text)
	}
	return text, nil
}

// readSecretFile gives the file's text without the line end that editors add.
func readSecretFile(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", fmt.Errorf("secret file: %w", err)
	}
	if info.Size() > maxSecretFile || !info.Mode().IsRegular() {
		return "", fmt.Errorf("secret file %s: not a regular file of at most %d bytes", path, maxSecretFile)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("secret file: %w", err)
	}
	text := strings.TrimRight(string(data), "\r\n")
	if text == "" {
		return "", fmt.Errorf("secret file %s is empty", path)
	}
	return text, nil
}

// parseToken takes a token, or the JSON object that holds one as bearer_token.
func parseToken(path, text string) (string, error) {
	text = strings.TrimSpace(text)
	if strings.HasPrefix(text, "{") {
		var file struct {
			BearerToken string `json:"bearer_token"`
		}
		if err := json.Unmarshal([]byte(text), &file); err != nil {
			return "", fmt.Errorf("access token file %s: starts like JSON but is not", path)
		}
		text = file.BearerToken
	}
	if !validToken(text) {
		return "", fmt.Errorf("access token file %s: holds no token (one line that starts with access-v1:, or JSON with bearer_token)", path)
	}
	return text, nil
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

// fileStamp tells whether a file may have changed without reading it. The
// content decides in the end; this only saves reading it for each call.
type fileStamp struct {
	modified time.Time
	size     int64
}

func stampOf(path string) fileStamp {
	info, err := os.Stat(path)
	if err != nil {
		return fileStamp{}
	}
	return fileStamp{modified: info.ModTime(), size: info.Size()}
}
