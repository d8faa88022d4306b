{{- define "qumulo-exporter.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 52 | trimSuffix "-" -}}
{{- end -}}

{{- define "qumulo-exporter.fullname" -}}
{{- $name := include "qumulo-exporter.name" . -}}
{{- $full := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) -}}
{{- .Values.fullnameOverride | default $full | trunc 52 | trimSuffix "-" -}}
{{- end -}}

{{- define "qumulo-exporter.selector" -}}
app.kubernetes.io/name: {{ include "qumulo-exporter.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "qumulo-exporter.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{ include "qumulo-exporter.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "qumulo-exporter.serviceAccount" -}}
{{- .Values.serviceAccount.name | default (ternary (include "qumulo-exporter.fullname" .) "default" .Values.serviceAccount.create) -}}
{{- end -}}

{{- define "qumulo-exporter.image" -}}
{{- with .Values.image -}}
{{- .repository -}}{{- with .digest }}@{{ . }}{{ else }}:{{ .tag | default $.Chart.AppVersion }}{{ end -}}
{{- end -}}
{{- end -}}

{{/* What a person or Prometheus in this Kubernetes cluster reaches the exporter at: HOST:PORT. */}}
{{- define "qumulo-exporter.address" -}}
{{- printf "%s.%s.svc:%v" (include "qumulo-exporter.fullname" .) .Release.Namespace .Values.service.port -}}
{{- end -}}

{{- define "qumulo-exporter.scheme" -}}
{{- ternary "https" "http" (not (empty .Values.web.tlsSecret)) -}}
{{- end -}}

{{- define "qumulo-exporter.externalURL" -}}
{{- .Values.web.externalURL | default (printf "%s://%s" (include "qumulo-exporter.scheme" .) (include "qumulo-exporter.address" .)) -}}
{{- end -}}

{{/* Labels of one cluster of the list, as /sd gives them: those of the defaults, the cluster's own before them, empty ones removed. */}}
{{- define "qumulo-exporter.clusterLabels" -}}
{{- $labels := dict -}}
{{- range $name, $value := merge (dict) (.cluster.labels | default dict) ((.defaults | default dict).labels | default dict) -}}
{{- if $value }}{{ $_ := set $labels $name $value }}{{ end -}}
{{- end -}}
{{- toYaml $labels -}}
{{- end -}}

{{/* 1m30s as a number of seconds, to compare by. */}}
{{- define "qumulo-exporter.seconds" -}}
{{- add (mul 60 (regexFind "^[0-9]+m" . | trimSuffix "m" | int)) (regexFind "[0-9]+s$" . | trimSuffix "s" | int) -}}
{{- end -}}

{{/* The ports of clusters and proxies, as a JSON list. */}}
{{- define "qumulo-exporter.ports" -}}
{{- $ports := list -}}
{{- range append .Values.config.clusters (.Values.config.defaults | default dict) -}}
{{- range concat (compact (list .url)) (.urls | default list) -}}
{{- $ports = append $ports (regexFind ":[0-9]+/?$" . | trimAll ":/" | default "8000" | int) -}}
{{- end -}}
{{- with .proxy_url -}}
{{- $default := dict "http" "80" "https" "443" | dig (urlParse .).scheme "1080" -}}
{{- $ports = append $ports (regexFind ":[0-9]+/?$" . | trimAll ":/" | default $default | int) -}}
{{- end -}}
{{- end -}}
{{- $ports | uniq | toJson -}}
{{- end -}}

{{/* What all monitoring objects have in their metadata. */}}
{{- define "qumulo-exporter.monitoringMetadata" -}}
namespace: {{ .Release.Namespace }}
labels:
  {{- include "qumulo-exporter.labels" . | nindent 2 }}
  {{- with .Values.monitoring.additionalLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with .Values.monitoring.annotations }}
annotations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}
