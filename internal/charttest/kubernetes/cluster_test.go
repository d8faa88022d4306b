package kubernetes

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientapi "k8s.io/client-go/tools/clientcmd/api"
)

const (
	repository = "../../.."
	// patience is for a machine with other work: what is waited for takes seconds.
	patience = 2 * time.Minute
	token    = "of-the-administrator"
)

// cluster is an API server with its store.
type cluster struct {
	client     kubernetes.Interface
	kubeconfig string
}

// startCluster runs etcd and kube-apiserver until the test ends.
func startCluster(t *testing.T) *cluster {
	t.Helper()
	dir := t.TempDir()
	store, peer, server := freeAddress(t), freeAddress(t), freeAddress(t)
	start(t, nil, tool(t, "etcd"), "--data-dir="+filepath.Join(dir, "etcd"), "--log-level=error",
		"--listen-client-urls=http://"+store, "--advertise-client-urls=http://"+store,
		"--listen-peer-urls=http://"+peer, "--initial-advertise-peer-urls=http://"+peer, "--initial-cluster=default=http://"+peer)
	tokens := writeFile(t, dir, "tokens.csv", token+",administrator,1,system:masters\n")
	key := writeFile(t, dir, "accounts.pem", signingKey(t))
	host, port, err := net.SplitHostPort(server)
	if err != nil {
		t.Fatal(err)
	}
	start(t, nil, tool(t, "kube-apiserver"), "--etcd-servers=http://"+store, "--cert-dir="+filepath.Join(dir, "certificates"),
		"--bind-address="+host, "--secure-port="+port, "--token-auth-file="+tokens, "--authorization-mode=RBAC",
		"--service-account-issuer=https://kubernetes.default.svc", "--service-account-key-file="+key,
		"--service-account-signing-key-file="+key, "--service-cluster-ip-range=10.0.0.0/24")
	config := &rest.Config{Host: "https://" + server, BearerToken: token, TLSClientConfig: rest.TLSClientConfig{Insecure: true}}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "the API server is ready", func() error {
		return client.Discovery().RESTClient().Get().AbsPath("/readyz").Do(t.Context()).Error()
	})
	eventually(t, "the API server has made its own namespaces", func() error {
		_, err := client.CoreV1().Namespaces().Get(t.Context(), "default", metav1.GetOptions{})
		return err
	})
	c := &cluster{client: client, kubeconfig: filepath.Join(dir, "kubeconfig")}
	file := clientapi.NewConfig()
	file.Clusters["test"] = &clientapi.Cluster{Server: config.Host, InsecureSkipTLSVerify: true}
	file.AuthInfos["test"] = &clientapi.AuthInfo{Token: token}
	file.Contexts["test"] = &clientapi.Context{Cluster: "test", AuthInfo: "test"}
	file.CurrentContext = "test"
	if err := clientcmd.WriteToFile(*file, c.kubeconfig); err != nil {
		t.Fatal(err)
	}
	return c
}

// signingKey is a private key in PEM form.
func signingKey(t *testing.T) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}))
}

// tool is a program that make test-kubernetes builds.
func tool(t *testing.T, name string) string {
	t.Helper()
	dir := os.Getenv("KUBERNETES_TOOLS")
	if dir == "" {
		t.Skip("KUBERNETES_TOOLS is not set: run make test-kubernetes")
	}
	path := filepath.Join(dir, name)
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("run make test-kubernetes: %v", err)
	}
	return path
}

// output is what a program has written; it goes on being written.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

// String returns the end of it.
func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	text := o.b.Bytes()
	return string(text[max(0, len(text)-8000):])
}

// start runs a program until the test ends, and shows what it wrote if the test has failed.
func start(t *testing.T, env []string, path string, args ...string) {
	t.Helper()
	out := &output{}
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), path, args...)
	cmd.Stdout, cmd.Stderr = out, out
	cmd.Env = append(os.Environ(), env...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // the API server takes its time otherwise
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("%s:\n%s", filepath.Base(path), out)
		}
	})
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func writeFile(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// eventually waits until try has no error.
func eventually(t *testing.T, what string, try func() error) {
	t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(200 * time.Millisecond) {
		err := try()
		if err == nil {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%s: %v", what, err)
		}
	}
}

// get is the body of a page, or an error.
func get(t *testing.T, url string) ([]byte, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		return nil, err
	}
	resp, err := (&http.Client{Timeout: 10 * time.Second}).Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	var b bytes.Buffer
	if _, err := b.ReadFrom(resp.Body); err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s: %s", url, resp.Status, b.String())
	}
	return b.Bytes(), nil
}
