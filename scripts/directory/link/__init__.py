"""Connections: a private Kerberos, one sealed LDAP connection a controller, and work that survives its loss."""
