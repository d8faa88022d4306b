{{/* What the schema can't say. All errors at once, each with what to do. */}}
{{- define "qumulo-exporter.checks" -}}
{{- $errors := list -}}
{{- $names := dict -}}
{{- range $i, $c := .Values.config.clusters -}}
{{- if hasKey $names $c.name -}}
{{- $errors = append $errors (printf "config.clusters[%d].name: two clusters are named %s" $i $c.name) -}}
{{- end -}}
{{- $_ := set $names $c.name true -}}
{{- end -}}
{{- $variables := list -}}
{{- range .Values.extraEnv }}{{ $variables = append $variables .name }}{{ end -}}
{{- $settings := dict "config.defaults" (.Values.config.defaults | default dict) -}}
{{- range $i, $c := .Values.config.clusters }}{{ $_ := set $settings (printf "config.clusters[%d]" $i) $c }}{{ end -}}
{{- range $where, $s := $settings -}}
{{- if contains "@" ($s.proxy_url | default "") -}}
{{- $errors = append $errors (printf "%s.proxy_url: no user and password here, a ConfigMap is not secret: use extraEnv with HTTPS_PROXY from a Secret" $where) -}}
{{- end -}}
{{- range $header, $_ := $s.proxy_connect_header -}}
{{- if eq (lower $header) "proxy-authorization" -}}
{{- $errors = append $errors (printf "%s.proxy_connect_header: no %s here, a ConfigMap is not secret: use extraEnv with HTTPS_PROXY from a Secret" $where $header) -}}
{{- end -}}
{{- end -}}
{{- if and $s.password_env (not (has $s.password_env $variables)) -}}
{{- $errors = append $errors (printf "%s.password_env: extraEnv has no variable %s" $where $s.password_env) -}}
{{- end -}}
{{- end -}}
{{- range $i, $arg := .Values.extraArgs -}}
{{- if not (regexMatch "^--(no-)?(scrape\\.timeout-offset|web\\.(max-requests|exporter-metrics|enable-pprof))(=.+)?$" $arg) -}}
{{- $errors = append $errors (printf "extraArgs[%d]: %s is set by the chart, or by config, or is no flag of a server" $i (regexFind "^[^=]+" $arg)) -}}
{{- end -}}
{{- end -}}
{{- range $i, $v := .Values.extraVolumes -}}
{{- if has $v.name (list "config" "web") -}}
{{- $errors = append $errors (printf "extraVolumes[%d].name: the chart has a volume %s itself: choose another name" $i $v.name) -}}
{{- end -}}
{{- end -}}
{{- range $i, $m := .Values.extraVolumeMounts -}}
{{- if regexMatch "^/etc/qumulo_exporter(_web)?(/|$)" $m.mountPath -}}
{{- $errors = append $errors (printf "extraVolumeMounts[%d].mountPath: the chart mounts its own files at %s: choose another folder" $i $m.mountPath) -}}
{{- end -}}
{{- end -}}
{{- with .Values.monitoring -}}
{{- if and (eq .kind "ServiceMonitor") (gt (len $.Values.config.clusters) 1) -}}
{{- $errors = append $errors "monitoring.kind: a ServiceMonitor is for one cluster: use ScrapeConfig or Probe" -}}
{{- end -}}
{{- if gt (include "qumulo-exporter.seconds" .scrapeTimeout | int) (include "qumulo-exporter.seconds" .interval | int) -}}
{{- $errors = append $errors (printf "monitoring.scrapeTimeout: %s is longer than the interval, %s" .scrapeTimeout .interval) -}}
{{- end -}}
{{- if and .tlsConfig (not $.Values.web.tlsSecret) -}}
{{- $errors = append $errors "monitoring.tlsConfig: the exporter has no TLS: set web.tlsSecret too" -}}
{{- end -}}
{{- if and $.Values.web.tlsSecret (not .tlsConfig) (ne .kind "none") -}}
{{- $errors = append $errors "monitoring.tlsConfig: with web.tlsSecret, say how Prometheus verifies the certificate" -}}
{{- end -}}
{{- end -}}
{{- with $errors -}}
{{- printf "the values are not valid:\n- %s" (join "\n- " .) | fail -}}
{{- end -}}
{{- end -}}
