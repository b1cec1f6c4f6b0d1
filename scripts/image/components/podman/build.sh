# fuse-overlayfs is for kernels whose own overlay file system wants root.
packages podman crun slirp4netns fuse-overlayfs "$(by_family uidmap shadow-utils)"
