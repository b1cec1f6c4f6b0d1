"""Component resources of the platform, one a file. Each takes `(name, args, opts)` and registers just its annotated outputs."""
