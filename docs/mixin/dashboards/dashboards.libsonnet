// The dashboards, one file each; the key is the name of the compiled file.
{
  grafanaDashboards+:: {},
}
