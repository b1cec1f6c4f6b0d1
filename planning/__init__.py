"""Pure functions from settings (and endpoints, as opaque values) to plans and documents. No AWS call, no resource."""
