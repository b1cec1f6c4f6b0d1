"""Program of nodes: services of the site's own."""
