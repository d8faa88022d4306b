package qumulo_test

import (
	"strings"
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

// TestCheckSecret: what a login would find, without a login.
func TestCheckSecret(t *testing.T) {
	password := qumulo.Credentials{Username: "u", PasswordFile: "/p"}
	token := qumulo.Credentials{AccessTokenFile: "/t"}
	for name, c := range map[string]struct {
		credentials qumulo.Credentials
		text        string
		want        string
	}{
		"a password":               {password, "marker-secret\n", ""},
		"a password of spaces":     {password, " ", ""},
		"an empty password":        {password, "\r\n", "the file is empty"},
		"a large password":         {password, strings.Repeat("x", 64<<10+1), "larger than 65536 bytes"},
		"a token":                  {token, "access-v1:marker-secret\n", ""},
		"a token in JSON":          {token, `{"bearer_token": "access-v1:marker-secret"}`, ""},
		"an empty token":           {token, "", "the file is empty"},
		"a token of spaces":        {token, " \n", "no access token"},
		"two lines":                {token, "marker-one\nmarker-two", "no access token"},
		"JSON without a token":     {token, `{"id": "marker-secret"}`, "no access token"},
		"JSON that is cut":         {token, `{"bearer_token": "marker-secret`, "no access token"},
		"a token and a NUL behind": {token, "access-v1:marker-secret\x00", "no access token"},
	} {
		err := c.credentials.CheckSecret(c.text)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
		if err != nil && strings.Contains(err.Error(), "marker") {
			t.Errorf("%s: the error shows the secret: %v", name, err)
		}
	}
}
