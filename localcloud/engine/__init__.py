"""The Pulumi engine and what runs inside it: found, downloaded or built; language host; plugins."""
