if command -v apt-get >/dev/null; then
	packages sssd-ldap sssd-tools libnss-sss libpam-sss ldap-utils ca-certificates
else
	packages sssd-ldap sssd-tools sssd-client openldap-clients oddjob-mkhomedir ca-certificates
fi
