"""Containers of users without root: storage on the node's own disk, ids of their own for each user, user namespaces."""
