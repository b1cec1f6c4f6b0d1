"""`just graph`: a stack as a picture. `state` reads, `summary` folds, `dot` draws, `render` lays out."""
