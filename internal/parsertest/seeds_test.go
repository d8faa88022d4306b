package parsertest_test

// seeds are pages with something of all that a page may have, and of what is wrong with one.
func seeds() []string {
	return []string{
		"# HELP x Some \\\"help\\\" \\\\ \\n.\n# TYPE x counter\n# UNIT x bytes\nx_total{a=\"1\",b=\"2\"} 5 1700000000.5 # {t=\"1\"} 2 3\n# EOF\n",
		"# TYPE x counter\nx 1\nx_count{a=\"\"} 2\nx_created 3\nx_total{a=\"\\d\\\\\\\"\\n\"} NaN\n",
		"# HELP x_total Some\n# TYPE x_total counter\nx_total 1 1700000000000\r\nx_total{ a = \"1\" , } -1\n",
		"# TYPE x histogram\nx_bucket{le=\"1\"} 1\nx_bucket{le=\"+Inf\"} 2\nx_count 2\nx_sum 2.5\n",
		"# TYPE x histogram\nx_bucket{a=\"1\",le=\"inf\"} 1\nx_bucket{a=\"2\",le=\"inf\"} 1\nx_count{a=\"1\"} 1\nx_count{a=\"2\"} 1\nx_sum{a=\"1\"} 1\nx_sum{a=\"2\"} 1\n",
		"# TYPE x histogram\nx_bucket{le=\"-1\"} 1\nx_bucket{le=\"+Inf\"} 2\nx_count 2\nx_sum 2.5\n",
		"# TYPE x histogram\nx_count 1\nx_sum 1\n# TYPE x_count gauge\nx_count 1\n",
		"# TYPE x summary\nx{quantile=\"0.5\"} 1\nx{quantile=\"1\"} 1\nx_sum 1e-7\nx_count 3\n",
		"# TYPE x info\nx_info{a=\"1\"} 1\n# TYPE y_info info\ny_info 1\n# TYPE z info\nz 1.0\n",
		"# TYPE x stateset\nx{x=\"a\",n=\"1\"} 1\nx{x=\"a\",n=\"2\"} 0\nx{x=\"b\",n=\"1\"} 0\n",
		"# TYPE x gauge\nx 1\n# TYPE x_total counter\nx_total 1\n# TYPE x counter\n",
		"# UNIT x_bytes bytes\n# TYPE x_bytes unknown\nx_bytes 0x1p3\nx_bytes -Inf\nx_bytes{le=\"1\",quantile=\"2\"} 1_0\nx_bytes{a=\"\x00\xff\"} 1e999\n",
		"{\"x\",a=\"1\"} 1\nx{\"a\"=\"1\"} 1\nx{__name__=\"y\"} 1\nx{a=\"1\",a=\"2\"} 1\n x\t{}\t1\t\n# EOF\nx 1\n",
		"# TYPE x gaugehistogram\nx_bucket{le=\"+Inf\"} 1\nx_gcount 1\nx_gsum 1\n:a:b 1",
	}
}

// words are parts of pages, whole lines most of them.
var words = []string{
	"# TYPE x counter\n", "# TYPE x_total counter\n", "# TYPE x_count counter\n", "# TYPE x gauge\n", "# TYPE x_total gauge\n",
	"# TYPE x_count gauge\n", "# TYPE x_info gauge\n", "# TYPE x_bucket unknown\n", "# TYPE x histogram\n", "# TYPE x summary\n", "# TYPE x info\n",
	"# TYPE x_info info\n", "# TYPE x stateset\n", "# TYPE x gaugehistogram\n", "# TYPE x untyped\n", "# HELP x Some.\n", "# HELP x \\\\ \\n \\\" \\\n",
	"# UNIT x bytes\n", "# UNIT y_x x\n", "# TYPE y_x counter\n", "y_x_total 1\n", "y_x 2\n",
	"x 1\n", "x 0\n", "x_total 1\n", "x_count 1\n", "x_sum 1\n", "x_info 1\n", "x_created 1\n", "x_bucket{le=\"+Inf\"} 1\n", "x_bucket{le=\"1\"} 1\n",
	"x_bucket{le=\"1.0\",a=\"1\"} 2\n", "x_bucket{a=\"1\",le=\"Inf\"} 2\n", "x_count{a=\"1\"} 2\n", "x_sum{a=\"1\"} NaN\n", "x_sum{a=\"1\"} 2\n",
	"x{x=\"a\"} 1\n", "x{x=\"b\"} 0\n", "x{x=\"a\",a=\"1\"} 1\n", "x{quantile=\"0.5\"} 1\n", "x{a=\"1\",quantile=\"1\"} 1\n", "x_total{a=\"1\",b=\"2\"} -1\n",
	"x_total{b=\"2\",a=\"1\"} 1\n", "x_total{a=\"\\d\"} 1\n", "x_total{a=\"\\\\d\",c=\"\"} 1 7\n", "x_total 1 # {a=\"1\"} 2\n",
	"x", "_total", "{", "}", "a=\"1\"", ",", "b=\"", "\"", "\\", "=", " ", "1", "NaN", "\n", "\r\n", "#", "# EOF\n", "\xff", "\x00", "\t", "ä", ":", "__name__",
}
