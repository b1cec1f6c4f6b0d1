prints "$VERSIONS" apptainer version
