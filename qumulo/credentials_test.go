package qumulo_test

import (
	"strings"
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

func TestCredentialsValidate(t *testing.T) {
	password := qumulo.NewSecret(markerPassword)
	tests := []struct {
		name        string
		credentials qumulo.Credentials
		want        string // in the error; "" is none
	}{
		{"token", qumulo.Credentials{AccessTokenFile: "t"}, ""},
		{"password", qumulo.Credentials{Username: "u", Password: password}, ""},
		{"password file", qumulo.Credentials{Username: "u", PasswordFile: "p"}, ""},
		{"nothing", qumulo.Credentials{}, "no credentials"},
		{"no password", qumulo.Credentials{Username: "u"}, `no password for user "u"`},
		{"no user", qumulo.Credentials{Password: password}, "no username"},
		{"no user, file", qumulo.Credentials{PasswordFile: "p"}, "no username"},
		{"two passwords", qumulo.Credentials{Username: "u", Password: password, PasswordFile: "p"}, "password once"},
		{"token and user", qumulo.Credentials{AccessTokenFile: "t", Username: "u"}, "not both"},
		{"token and password", qumulo.Credentials{AccessTokenFile: "t", Password: password}, "not both"},
		{"token and password file", qumulo.Credentials{AccessTokenFile: "t", PasswordFile: "p"}, "not both"},
		{"all", qumulo.Credentials{AccessTokenFile: "t", Username: "u", Password: password, PasswordFile: "p"}, "not both"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := test.credentials.Validate()
			switch {
			case test.want == "":
				ok(t, err)
			case err == nil || !strings.Contains(err.Error(), test.want):
				t.Errorf("%v, want an error with %q", err, test.want)
			case strings.Contains(err.Error(), markerPassword):
				t.Errorf("the error shows the password: %v", err)
			}
		})
	}
}
