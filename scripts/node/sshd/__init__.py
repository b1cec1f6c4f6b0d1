"""Program of nodes: what SSH takes from clients."""
