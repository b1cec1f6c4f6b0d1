# fuse-overlayfs is for kernels whose own overlay file system wants root.
packages podman crun slirp4netns fuse-overlayfs "$(by_family uidmap shadow-utils)"
case "$(podman --version)" in
*" version "[34].*) ;;
*) packages passt ;; # how Podman 5 and newer reach a network
esac
