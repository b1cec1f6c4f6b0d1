prints "$VERSIONS" singularity version
