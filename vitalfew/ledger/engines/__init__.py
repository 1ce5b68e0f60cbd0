"""The only place that knows an engine: where sales lines lie and how measures run over them."""
