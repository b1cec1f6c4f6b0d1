command -v sssctl ldapsearch >/dev/null || fail "sssctl or ldapsearch is missing"
sssd --version >/dev/null || fail "sssd does not start"
find / -xdev -name 'pam_sss.so' -path '*security*' -print -quit 2>/dev/null | grep -q . || fail "pam_sss.so is missing"
