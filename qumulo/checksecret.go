package qumulo

import (
	"errors"
	"fmt"
	"strings"
)

// CheckSecret returns what is wrong with data as the content of the secret file
// of these credentials: of AccessTokenFile or PasswordFile. The error names no
// path and shows nothing of the content.
func (c Credentials) CheckSecret(data []byte) error {
	text := strings.TrimRight(string(data), "\r\n")
	switch {
	case len(data) > maxSecretFile:
		return fmt.Errorf("larger than %d bytes", maxSecretFile)
	case text == "":
		return errors.New("the file is empty")
	case !c.byToken():
		return nil
	}
	if _, err := parseToken(c.AccessTokenFile, text); err != nil {
		return errors.New("no access token in the file: want one line that starts with access-v1:, or JSON with bearer_token")
	}
	return nil
}
