"""Stand-ins for Pulumi plugins that a machine without access to Pulumi's download site cannot install."""
