"""The API host's own program: mounts, a service, a runner of GitLab, as its configuration says. Runs there with Ubuntu's Python."""
