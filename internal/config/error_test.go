package config

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
)

const (
	clusterKeys = "known: name, url, urls, username, password_file, password_env, access_token_file, tls_config, proxy_url, no_proxy, " +
		"proxy_from_environment, proxy_connect_header, web_ui_url, scrape_timeout, concurrency, max_answer_rows, max_answer_bytes, labels, collectors"
	tlsKeys     = "known: ca_file, ca, cert_file, cert, key_file, server_name, insecure_skip_verify, min_version, max_version"
	loginWays   = "(access_token_file, or username with password_file or password_env)"
	ownLogin    = "(access_token_file, or username with password_file or password_env; with one of these keys of its own, a cluster takes none from the defaults)"
	nameForms   = "want a text of 1 to 128 letters, digits, dots, underscores and hyphens, with a letter or digit first"
	notThere    = "no such file or directory (a relative path starts at the folder of this file)"
	unsetEnv    = "this environment variable is not set or empty (want the NAME of the variable that holds the password)"
	badDuration = "want a duration like 30s, 5m or 1h30m"
	badProxy    = "want the URL of a proxy like http://HOST:PORT, with http, https, socks5 or socks5h"
	badLabel    = "not the name of a label: want letters, digits and underscores, and no digit first"
)

// errorCases have the exact config errors of a file, without the file's name.
var errorCases = map[string]struct {
	text string
	want []string
}{
	// The file as a whole.
	"empty file":              {"", []string{": the file is empty: give clusters"}},
	"only a comment":          {"# clusters:\n", []string{": the file is empty: give clusters"}},
	"nothing":                 {"~\n", []string{": the file is empty: give clusters"}},
	"broken YAML":             {"clusters:\n  - name: a\n    url: b: c\n", []string{":3: broken YAML: mapping values are not allowed in this context"}},
	"broken first line":       {"a: 'b\n", []string{":2: broken YAML: found unexpected end of stream"}},
	"bracket left open":       {"defaults: {}\nclusters: [{a: b\n", []string{":2: broken YAML: did not find expected ',' or '}' (here or below)"}},
	"nothing in brackets":     {"defaults: {}\nclusters: [\n", []string{":3: broken YAML: did not find expected node content (here or below)"}},
	"list left too soon":      {"defaults: {}\nclusters:\n  - name: a\n  url: b\n", []string{":3: broken YAML: did not find expected '-' indicator (here or below)"}},
	"unknown anchor":          {"clusters:\n  - password: *hunter2\n", []string{":2: broken YAML: an alias (*NAME) without its anchor (&NAME); a text that begins with * needs quotes"}},
	"two documents":           {one() + "---\n" + one(), []string{":5: a second document begins here: want one in the file"}},
	"an empty second":         {one() + "---\n", []string{":5: a second document begins here: want one in the file"}},
	"a second without an end": {"0\n---", []string{":1: want a mapping, not a number", ":2: a second document begins here: want one in the file"}},
	"a bracket at the end":    {"{", []string{":1: broken YAML: did not find expected node content (here or below)"}},
	"a broken second":         {one() + "---\na: b: c\n", []string{":6: broken YAML: mapping values are not allowed in this context"}},
	"not UTF-8":               {one("labels: {ort: M\xfcnchen}"), []string{":5: not UTF-8, or a control character: save the file as UTF-8 text"}},
	"a control":               {one("labels: {a: b\x00}"), []string{":5: not UTF-8, or a control character: save the file as UTF-8 text"}},
	"an old control":          {one("labels: {a: b\u0090}"), []string{":5: not UTF-8, or a control character: save the file as UTF-8 text"}},
	"a mark in the middle":    {one("labels: {a: b\ufeff}"), []string{":5: not UTF-8, or a control character: save the file as UTF-8 text"}},
	"a tagged list":           {"clusters: !!seq a\n", []string{":1: clusters: want a list, not a value with a tag"}},
	"an alias as a key":       {one("labels: {&k a: b, *k : c}"), []string{":5: clusters[0].labels.a: given twice, first in line 5"}},
	"UTF-16":                  {"\xff\xfea\x00:\x00", []string{":1: not UTF-8, or a control character: save the file as UTF-8 text"}},
	"a list":                  {"- a\n", []string{":1: want a mapping, not a list"}},
	"a text":                  {"a\n", []string{":1: want a mapping, not a text"}},
	"a tagged text":           {"!!map a\n", []string{":1: want a mapping, not a value with a tag"}},
	"no clusters":             {"defaults: {}\n", []string{":1: clusters is missing"}},
	"clusters empty":          {"clusters:\n", []string{":1: clusters: no clusters: give at least one"}},
	"clusters an empty":       {"clusters: []\n", []string{":1: clusters: no clusters: give at least one"}},
	"clusters a mapping":      {"clusters: {a: b}\n", []string{":1: clusters: want a list, not a mapping"}},
	"too many clusters":       {"clusters:\n" + strings.Repeat("  - {}\n", maxItems+1), []string{":1: clusters: want at most 1000 entries"}},
	"a cluster a text":        {"clusters: [a]\n", []string{":1: clusters[0]: want a mapping, not a text"}},
	"a cluster nothing":       {"clusters:\n  -\n", []string{":2: clusters[0]: want a mapping, not nothing"}},
	"defaults a list":         {"defaults: []\n" + one(), []string{":1: defaults: want a mapping, not a list"}},

	// Keys.
	"unknown at the top":     {"cluster: {}\n" + one(), []string{":1: cluster: unknown key (known: defaults, clusters)"}},
	"unknown of a cluster":   {one("pasword_file: x"), []string{":5: clusters[0].pasword_file: unknown key (" + clusterKeys + ")"}},
	"unknown of TLS":         {one("tls_config:", "  ca_fiel: x"), []string{":6: clusters[0].tls_config.ca_fiel: unknown key (" + tlsKeys + ")"}},
	"unknown of a collector": {one("collectors: {nodes: {intervall: 5m}}"), []string{":5: clusters[0].collectors.nodes.intervall: unknown key (known: interval)"}},
	"name in defaults": {
		"defaults:\n  name: a\n" + one(),
		[]string{":2: defaults.name: unknown key (" + strings.Replace(clusterKeys, "name, url, urls, ", "", 1) + ")"},
	},
	"a merge key":        {one("<<: {username: u}"), []string{":5: clusters[0].<<: unknown key (what clusters share goes into defaults)"}},
	"a password":         {bare("username: u", "password: "+markerValue), []string{":5: clusters[0].password: unknown key (a password does not stand in this file; use password_file or password_env)"}},
	"a default password": {"defaults: {username: u, password: '" + markerValue + "'}\n" + bare(), []string{":1: defaults.password: unknown key (a password does not stand in this file; use password_file or password_env)"}},
	"a token":            {bare("access_token: " + markerValue), []string{":4: clusters[0].access_token: unknown key (a token does not stand in this file; use access_token_file)"}},
	"a key":              {one("tls_config: {key: '" + markerValue + "'}"), []string{":5: clusters[0].tls_config.key: unknown key (a key does not stand in this file; use key_file)"}},
	"password:SECRET": {
		"clusters: [{name: a, url: https://h, username: u, password:" + markerValue + "}]",
		[]string{":1: clusters[0].?: unknown key (" + clusterKeys + ")", ":1: clusters[0].username: no password for this user " + loginWays},
	},
	"a secret in a key":    {one("labels: {password:" + markerValue + "}"), []string{":5: clusters[0].labels.?: " + badLabel}},
	"a key twice":          {one("name: b"), []string{":5: clusters[0].name: given twice, first in line 2"}},
	"a label twice":        {one("labels:", "  a: b", "  a: c"), []string{":7: clusters[0].labels.a: given twice, first in line 6"}},
	"a key twice in flow":  {one("tls_config: {server_name: a, 'server_name': b}"), []string{":5: clusters[0].tls_config.server_name: given twice, first in line 5"}},
	"a key that is a list": {one("? [a]", ": b"), []string{":5: clusters[0]: a key must be a text"}},

	// Types.
	"text: a list":          {one("username: [" + markerValue + "]"), []string{":5: clusters[0].username: want a text, not a list"}},
	"text: a number":        {one("labels: {rack: 12}"), []string{":5: clusters[0].labels.rack: want a text, not a number: write it in quotes"}},
	"text: true":            {one("labels: {spare: true}"), []string{":5: clusters[0].labels.spare: want a text, not true or false: write it in quotes"}},
	"text: nothing":         {one("tls_config: {ca_file: }"), []string{":5: clusters[0].tls_config.ca_file: want a text, not nothing"}},
	"text: empty":           {one("tls_config: {server_name: ''}"), []string{":5: clusters[0].tls_config.server_name: must not be empty: give a value or leave the key out"}},
	"text: a tag":           {one("tls_config: {server_name: !secret x}"), []string{":5: clusters[0].tls_config.server_name: want a text, not a value with a tag"}},
	"number: a text":        {one("concurrency: eight"), []string{":5: clusters[0].concurrency: want a whole number, not a text"}},
	"number: a fraction":    {one("concurrency: 1.5"), []string{":5: clusters[0].concurrency: want a whole number, not a number"}},
	"number: too large":     {one("max_answer_rows: 9223372036854775808"), []string{":5: clusters[0].max_answer_rows: not a whole number, or too large a one"}},
	"number: not one":       {one("max_answer_rows: !!int " + markerValue), []string{":5: clusters[0].max_answer_rows: not a whole number, or too large a one"}},
	"boolean: a word":       {one("tls_config: {insecure_skip_verify: yes}"), []string{":5: clusters[0].tls_config.insecure_skip_verify: want true or false, not a text"}},
	"list: a text":          {"clusters: [{name: a, urls: https://h, access_token_file: token}]", []string{":1: clusters[0].urls: want a list, not a text"}},
	"list: a list in it":    {"clusters: [{name: a, urls: [[https://h]], access_token_file: token}]", []string{":1: clusters[0].urls[0]: want a text, not a list"}},
	"mapping: a text":       {one("tls_config: ca.pem"), []string{":5: clusters[0].tls_config: want a mapping, not a text"}},
	"labels: a list":        {one("labels: [a]"), []string{":5: clusters[0].labels: want a mapping, not a list"}},
	"header: a text":        {one("proxy_url: http://p", "proxy_connect_header: {X-Secret: '"+markerValue+"'}"), []string{":6: clusters[0].proxy_connect_header.X-Secret: want a list, not a text"}},
	"a wrong login is one":  {bare("username: 12", "password_file: password"), []string{":4: clusters[0].username: want a text, not a number: write it in quotes"}},
	"a wrong address is on": {"clusters: [{name: a, url: 12, access_token_file: token}]", []string{":1: clusters[0].url: want a text, not a number: write it in quotes"}},

	// Names.
	"no name":          {"clusters:\n  - url: https://h\n    access_token_file: token\n", []string{":2: clusters[0]: name is missing"}},
	"name with a path": {"clusters: [{name: ../a, url: https://h, access_token_file: token}]", []string{":1: clusters[0].name: " + nameForms}},
	"name: empty":      {"clusters: [{name: '', url: https://h, access_token_file: token}]", []string{":1: clusters[0].name: " + nameForms}},
	"name: a hyphen":   {"clusters: [{name: -a, url: https://h, access_token_file: token}]", []string{":1: clusters[0].name: " + nameForms}},
	"name: too long":   {"clusters: [{name: " + strings.Repeat("a", 129) + ", url: https://h, access_token_file: token}]", []string{":1: clusters[0].name: " + nameForms}},
	"name: a number":   {"clusters: [{name: 12, url: https://h, access_token_file: token}]", []string{":1: clusters[0].name: " + nameForms + ", not a number: write it in quotes"}},
	"a name twice": {
		one() + strings.TrimPrefix(one(), "clusters:\n"),
		[]string{":5: clusters[1].name: also the name of clusters[0] in line 2: names must be unique"},
	},

	// Addresses.
	"no address":        {"clusters: [{name: a, access_token_file: token}]", []string{":1: clusters[0]: no cluster to scrape: give its address with url: https://HOST:8000"}},
	"empty addresses":   {"clusters: [{name: a, urls: [], access_token_file: token}]", []string{":1: clusters[0].urls: no cluster to scrape: give its address with url: https://HOST:8000"}},
	"url and urls":      {one("urls: [https://h]"), []string{":5: clusters[0].urls: give url or urls, not both"}},
	"url with password": {"clusters:\n  - name: a\n    url: https://u:" + markerValue + "@h\n    access_token_file: token\n", []string{":3: clusters[0].url: a URL must not hold a user or password: give them by their own settings"}},
	"url with a path":   {"clusters: [{name: a, url: https://h/v1, access_token_file: token}]", []string{`:1: clusters[0].url: give scheme, host and port only: "https://h"`}},
	"url with http":     {"clusters: [{name: a, url: http://h, access_token_file: token}]", []string{`:1: clusters[0].url: "http://h": plain http would send the credentials readable over the network: use https`}},
	"url: a host only":  {"clusters: [{name: a, url: h, access_token_file: token}]", []string{`:1: clusters[0].url: "h": want https://HOST:8000`}},
	"url: no URL":       {"clusters: [{name: a, url: 'https://h:x%zz', access_token_file: token}]", []string{":1: clusters[0].url: not a URL: want https://HOST:8000"}},
	"one of the urls": {
		"clusters:\n  - name: a\n    access_token_file: token\n    urls:\n      - https://h\n      - https://u@h\n      - https://h:0\n",
		[]string{":6: clusters[0].urls[1]: a URL must not hold a user or password: give them by their own settings", `:7: clusters[0].urls[2]: "https://h:0": the port is not one of 1 to 65535`},
	},

	// Logins.
	"no login":                {bare(), []string{":2: clusters[0]: no credentials: give an access token file, or a username and a password file " + loginWays}},
	"both logins":             {one("username: u", "password_file: password"), []string{":4: clusters[0].access_token_file: give either an access token file or a username and password, not both " + loginWays}},
	"no password":             {bare("username: " + markerValue), []string{":4: clusters[0].username: no password for this user " + loginWays}},
	"no username":             {bare("password_file: password"), []string{":4: clusters[0].password_file: a password is given but no username " + loginWays}},
	"no username for env":     {bare("password_env: PASSWORD_OF_A"), []string{":4: clusters[0].password_env: a password is given but no username " + loginWays}},
	"two passwords":           {bare("username: u", "password_file: password", "password_env: PASSWORD_OF_A"), []string{":5: clusters[0].password_file: give the password once: as a file or directly, not both " + loginWays}},
	"half from the defaults":  {"defaults: {username: u}\n" + bare("password_file: password"), []string{":5: clusters[0].password_file: a password is given but no username " + ownLogin}},
	"both logins in defaults": {"defaults: {username: u, password_file: password, access_token_file: token}\n" + bare() + strings.Replace(strings.TrimPrefix(bare(), "clusters:\n"), "name: a", "name: b", 1), []string{":1: defaults.access_token_file: give either an access token file or a username and password, not both " + loginWays}},
	"no password file":        {bare("username: u", "password_file: "+markerValue), []string{":5: clusters[0].password_file: " + notThere}},
	"no token file":           {bare("access_token_file: nothing"), []string{":4: clusters[0].access_token_file: " + notThere}},
	"a folder as token file":  {bare("access_token_file: ."), []string{":4: clusters[0].access_token_file: not a regular file"}},
	"an empty password file":  {bare("username: u", "password_file: empty"), []string{":5: clusters[0].password_file: the file is empty"}},
	"an empty token file":     {bare("access_token_file: empty"), []string{":4: clusters[0].access_token_file: the file is empty"}},
	"a file without a token":  {bare("access_token_file: ca.pem"), []string{":4: clusters[0].access_token_file: no access token in the file: want one line that starts with access-v1:, or JSON with bearer_token"}},
	"no such variable":        {bare("username: u", "password_env: "+markerValue), []string{":5: clusters[0].password_env: " + unsetEnv}},
	"an empty variable":       {bare("username: u", "password_env: EMPTY"), []string{":5: clusters[0].password_env: " + unsetEnv}},
	"once for the defaults":   {"defaults: {username: u, password_file: no}\n" + bare() + strings.Replace(strings.TrimPrefix(bare(), "clusters:\n"), "name: a", "name: b", 1), []string{":1: defaults.password_file: " + notThere}},
	"defaults nobody uses":    {"defaults: {username: u, password_env: EMPTY, concurrency: 0}\n" + one("concurrency: 1"), []string{":1: defaults.password_env: " + unsetEnv, ":1: defaults.concurrency: must be 1 to 100"}},

	// TLS.
	"no CA file":           {one("tls_config: {ca_file: no.pem}"), []string{":5: clusters[0].tls_config.ca_file: want a readable file with certificates in PEM form: " + notThere}},
	"no CA in it":          {one("tls_config: {ca_file: not-pem}"), []string{":5: clusters[0].tls_config.ca_file: want a readable file with certificates in PEM form"}},
	"nothing in it":        {one("tls_config: {ca_file: empty}"), []string{":5: clusters[0].tls_config.ca_file: want a readable file with certificates in PEM form"}},
	"an empty certificate": {one("tls_config: {cert_file: empty, key_file: client.key}"), []string{":5: clusters[0].tls_config: certificate and key: tls: failed to find any PEM data in certificate input"}},
	"an empty key":         {one("tls_config: {cert_file: client.pem, key_file: empty}"), []string{":5: clusters[0].tls_config: certificate and key: tls: failed to find any PEM data in key input"}},
	"no CA in ca":          {one("tls_config: {ca: '" + markerValue + "'}"), []string{":5: clusters[0].tls_config.ca: want certificates in PEM form"}},
	"ca and ca_file":       {one("tls_config: {ca: x, ca_file: ca.pem}"), []string{":5: clusters[0].tls_config.ca: give ca or ca_file, not both"}},
	"cert and cert_file":   {one("tls_config: {cert: x, cert_file: client.pem, key_file: client.key}"), []string{":5: clusters[0].tls_config.cert: give cert or cert_file, not both"}},
	"cert without key":     {one("tls_config: {cert_file: client.pem}"), []string{":5: clusters[0].tls_config: a client certificate without its key: give key_file too"}},
	"key without cert":     {one("tls_config: {key_file: client.key}"), []string{":5: clusters[0].tls_config.key_file: a key without its certificate: give cert_file too"}},
	"another's key":        {one("tls_config: {cert_file: client.pem, key_file: other.key}"), []string{":5: clusters[0].tls_config: certificate and key: tls: private key does not match public key"}},
	"a key that is none":   {one("tls_config: {cert_file: client.pem, key_file: not-pem}"), []string{":5: clusters[0].tls_config: certificate and key: tls: failed to find any PEM data in key input"}},
	"no certificate file":  {one("tls_config: {cert_file: no, key_file: no}"), []string{":5: clusters[0].tls_config.cert_file: " + notThere, ":5: clusters[0].tls_config.key_file: " + notThere}},
	"TLS version":          {one("tls_config: {min_version: TLSv1.2}"), []string{":5: clusters[0].tls_config.min_version: want one of TLS10, TLS11, TLS12, TLS13"}},
	"TLS version: number":  {one("tls_config: {min_version: 1.2}"), []string{":5: clusters[0].tls_config.min_version: want one of TLS10, TLS11, TLS12, TLS13, not a number"}},
	"TLS versions":         {one("tls_config: {min_version: TLS13, max_version: TLS12}"), []string{":5: clusters[0].tls_config.max_version: must not be below min_version"}},

	// The proxy.
	"proxy: no URL":          {one("proxy_url: 'http://u:" + markerValue + ":x%zz'"), []string{":5: clusters[0].proxy_url: " + badProxy}},
	"proxy: no scheme":       {one("proxy_url: 'u:" + markerValue + "@proxy'"), []string{":5: clusters[0].proxy_url: " + badProxy}},
	"proxy: ftp":             {one("proxy_url: 'ftp://u:" + markerValue + "@proxy:21'"), []string{":5: clusters[0].proxy_url: " + badProxy}},
	"proxy: socks4":          {one("proxy_url: socks4://proxy"), []string{":5: clusters[0].proxy_url: " + badProxy}},
	"proxy: a port":          {one("proxy_url: http://proxy:70000"), []string{":5: clusters[0].proxy_url: " + badProxy}},
	"proxy: empty":           {one("proxy_url: ''"), []string{":5: clusters[0].proxy_url: " + badProxy}},
	"proxy twice":            {one("proxy_url: http://p", "proxy_from_environment: true"), []string{":6: clusters[0].proxy_from_environment: give proxy_url or proxy_from_environment, not both"}},
	"no_proxy alone":         {one("no_proxy: h"), []string{":5: clusters[0].no_proxy: goes with proxy_url only: give it too"}},
	"no_proxy and env":       {one("no_proxy: h", "proxy_from_environment: true"), []string{":5: clusters[0].no_proxy: goes with proxy_url only: give it too"}},
	"headers without":        {one("proxy_connect_header: {X-Secret: ['" + markerValue + "']}"), []string{":5: clusters[0].proxy_connect_header: goes with proxy_url or proxy_from_environment only: give one of them too"}},
	"a header's name":        {one("proxy_url: http://p", "proxy_connect_header: {'X Y': [z]}"), []string{":6: clusters[0].proxy_connect_header.X Y: not the name of a header"}},
	"own no_proxy, not both": {"defaults: {proxy_url: 'http://p'}\n" + one("no_proxy: h"), []string{":6: clusters[0].no_proxy: goes with proxy_url only: give it too"}},

	// Numbers and durations.
	"concurrency 101":      {one("concurrency: 101"), []string{":5: clusters[0].concurrency: must be 1 to 100"}},
	"concurrency 0":        {one("concurrency: 0"), []string{":5: clusters[0].concurrency: must be 1 to 100"}},
	"rows below 0":         {one("max_answer_rows: -1"), []string{":5: clusters[0].max_answer_rows: must not be negative"}},
	"web UI: a user":       {one("web_ui_url: https://me:secret@h/"), []string{":5: clusters[0].web_ui_url: want a URL like https://cluster.example.com, without a user or password"}},
	"web UI: no URL":       {one("web_ui_url: cluster"), []string{":5: clusters[0].web_ui_url: want a URL like https://cluster.example.com, without a user or password"}},
	"bytes below 0":        {one("max_answer_bytes: -1"), []string{":5: clusters[0].max_answer_bytes: must not be negative"}},
	"timeout: a number":    {one("scrape_timeout: 10"), []string{":5: clusters[0].scrape_timeout: " + badDuration + ", not a number"}},
	"timeout: no unit":     {one("scrape_timeout: '10'"), []string{":5: clusters[0].scrape_timeout: " + badDuration}},
	"timeout: negative":    {one("scrape_timeout: -10s"), []string{":5: clusters[0].scrape_timeout: " + badDuration}},
	"timeout: too long":    {one("scrape_timeout: 300y"), []string{":5: clusters[0].scrape_timeout: " + badDuration}},
	"interval: negative":   {one("collectors: {nodes: {interval: -5m}}"), []string{":5: clusters[0].collectors.nodes.interval: " + badDuration}},
	"interval: empty":      {one("collectors: {nodes: {interval: ''}}"), []string{":5: clusters[0].collectors.nodes.interval: " + badDuration}},
	"interval in defaults": {"defaults: {collectors: {nodes: {interval: often}}}\n" + one(), []string{":1: defaults.collectors.nodes.interval: " + badDuration}},

	// Labels and collectors.
	"label: a hyphen":    {one("labels: {data-centre: x}"), []string{":5: clusters[0].labels.data-centre: " + badLabel}},
	"label: a digit":     {one("labels: {'1a': x}"), []string{":5: clusters[0].labels.1a: " + badLabel}},
	"label: instance":    {one("labels: {instance: x}"), []string{":5: clusters[0].labels.instance: instance is the cluster's name: choose another label"}},
	"label: underscores": {one("labels: {__address__: x}"), []string{":5: clusters[0].labels.__address__: labels that begin with __ are Prometheus's own: choose another label"}},
	"unknown collector":  {one("collectors: {node: on}"), []string{":5: clusters[0].collectors.node: unknown collector (known: " + strings.Join(collector.Names(), ", ") + ")"}},
	"collector: a word":  {one("collectors: {nodes: maybe}"), []string{":5: clusters[0].collectors.nodes: want on, off or a mapping of options, not a text"}},
	"collector: nothing": {one("collectors: {nodes: }"), []string{":5: clusters[0].collectors.nodes: want on, off or a mapping of options, not nothing"}},
	"collector: a list":  {one("collectors: {nodes: [5m]}"), []string{":5: clusters[0].collectors.nodes: want on, off or a mapping of options, not a list"}},
	"all collectors off": {
		"defaults: {collectors: {nodes: off, filesystem: off}}\n" + one("collectors: {"+strings.Join(without("nodes", "filesystem"), ": off, ")+": off}"),
		[]string{":6: clusters[0].collectors: all collectors are off: turn at least one on"},
	},
	"all off by default": {
		"defaults: {collectors: {" + strings.Join(collector.Names(), ": off, ") + ": off}}\n" + one(),
		[]string{":1: defaults.collectors: all collectors are off: turn at least one on"},
	},

	// All at once, by line.
	"several": {
		"defaults:\n  concurrency: 0\n  tls_config: {ca_file: no}\n" +
			"clusters:\n  - url: https://h/\n    username: u\n  - name: b\n    ulr: https://h\n    access_token_file: token\n    scrape_timeout: soon\n" +
			"other: 1\n  # the end\n",
		[]string{
			":2: defaults.concurrency: must be 1 to 100",
			":3: defaults.tls_config.ca_file: want a readable file with certificates in PEM form: " + notThere,
			":5: clusters[0]: name is missing",
			":6: clusters[0].username: no password for this user " + loginWays,
			":7: clusters[1]: no cluster to scrape: give its address with url: https://HOST:8000",
			":8: clusters[1].ulr: unknown key (" + clusterKeys + ")",
			":10: clusters[1].scrape_timeout: " + badDuration,
			":11: other: unknown key (known: defaults, clusters)",
		},
	},
}

func TestErrors(t *testing.T) {
	workIn(t, t.TempDir())
	for name, c := range errorCases {
		t.Run(name, func(t *testing.T) {
			v, errs := load(t, c.text)
			var got []string
			for _, err := range errs {
				got = append(got, strings.TrimPrefix(err.Error(), fileName))
				noMarker(t, err.Error())
				if f, ok := errors.AsType[Error](err); !ok || f.File != fileName {
					t.Errorf("%#v", err)
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("-want +got:\n%s\n%s", diff, c.text)
			}
			if len(v.Clusters) > 0 {
				t.Errorf("clusters in spite of config errors")
			}
		})
	}
}

func TestErrorsOfTheFileItself(t *testing.T) {
	dir := t.TempDir()
	workIn(t, dir)
	write(t, "large.yml", strings.Repeat("#", maxFile+1))
	write(t, "just.yml", one()+strings.Repeat("#", maxFile-len(one())))
	for path, want := range map[string]string{
		"no.yml":          "no.yml: no such file or directory",
		dir:               dir + ": not a regular file",
		"large.yml":       "large.yml: larger than 4194304 bytes",
		"just.yml":        "",
		dir + "/just.yml": "",
	} {
		_, errs := Load(path, scrape, quiet())
		if got := strings.TrimSuffix(fmt.Sprintln(errors.Join(errs...)), "\n"); got != want && (want != "" || len(errs) > 0) {
			t.Errorf("%s: %s", path, got)
		}
	}
	_, errs := Load("no.yml", Scrape{TimeoutOffset: -1}, quiet())
	want := []string{"--scrape.timeout: must be above 0", "--scrape.timeout-offset: must not be negative", "no.yml: no such file or directory"}
	if diff := cmp.Diff(want, strings.Split(errors.Join(errs...).Error(), "\n")); diff != "" {
		t.Error(diff)
	}
}

func TestErrorText(t *testing.T) {
	for want, f := range map[string]Error{
		"a.yml:12: clusters[2].url: no": {"a.yml", 12, "clusters[2].url", "no", nil},
		"a.yml:12: no":                  {"a.yml", 12, "", "no", nil},
		"a.yml: no":                     {"a.yml", 0, "", "no", nil},
		"--qumulo.url: no":              {"", 0, "--qumulo.url", "no", nil},
		"no":                            {"", 0, "", "no", nil},
	} {
		if f.Error() != want {
			t.Errorf("%q, want %q", f.Error(), want)
		}
	}
}

// TestFIFO: what never ends is not opened.
func TestFIFO(t *testing.T) {
	workIn(t, t.TempDir())
	if _, errs := load(t, one("tls_config: {ca_file: "+os.DevNull+"}")); len(errs) != 1 || !strings.Contains(errs[0].Error(), "not a regular file") {
		t.Error(errs)
	}
}
