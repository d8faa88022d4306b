package testutil_test

import (
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
)

func TestReadPageRefuses(t *testing.T) {
	for _, text := range []string{
		"a", "a 1", "a\n", "a x\n", "a 1 x\n", "a 1 2 3\n", "a 1_0\n", "a 0x1p2\n", "a  1\n", " a 1\n", "\n", "1a 1\n", "{} 1\n", "{a=\"b\"} 1\n",
		"a{} 1\n", "a{b=\"c\",} 1\n", "a{b=\"c\" 1\n", "a{b=\"c\"}1\n", "a{b=c} 1\n", "a{b=\"c} 1\n", "a{b=\"c\\\"} 1\n", "a{b=\"\\x\"} 1\n", "a{b=\"c\\",
		"a{b=\"c\",b=\"d\"} 1\n", "a{b:c=\"d\"} 1\n", "a{__name__=\"d\"} 1\n", "a{1=\"d\"} 1\n", "a{b=\"\xff\"} 1\n", "a{b=\"c\"d=\"e\"} 1\n",
		"# HELP a b\n# HELP a c\n", "# HELP a \\x\n", "# HELP a \\\n", "# TYPE a gauge\n# TYPE a gauge\n", "a 1\n# TYPE a gauge\n", "# TYPE a gorge\n",
		"# TYPE a\n", "# a comment\n", "#TYPE a gauge\n", "# TYPE 1 gauge\n", "# EOF\n", "a 1\na 1\n", "a{b=\"c\"} 1\na{b=\"c\"} 2\n",
		"# TYPE h histogram\nh 1\n", "# TYPE h histogram\nh_bucket 1\n", "# TYPE h histogram\nh_bucket{le=\"x\"} 1\n",
		"# TYPE h histogram\nh_sum 1\nh_sum 1\n", "# TYPE h histogram\nh_count 1\nh_count 1\n", "# TYPE s summary\ns 1\n",
		"# TYPE h histogram\nh_bucket{le=\"1\"} -1\n", "# TYPE h histogram\nh_count -1\n", "# TYPE h histogram\n# TYPE h_count gauge\n",
	} {
		if p, err := testutil.ReadPage(text); err == nil {
			t.Errorf("%q was read: %v", text, p)
		}
	}
}
