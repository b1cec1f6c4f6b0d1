"""What the directory tool costs, beside the controller's own limit and the way that it replaced."""
