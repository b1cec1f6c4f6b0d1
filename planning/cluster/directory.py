"""How nodes use the directory."""

from planning.cluster.parts import only
from planning.endpoints import DirectoryEndpoints
from planning.merge import Document
from planning.node_actions.ca_certificate import CA_FILE


def directory_service(directory: DirectoryEndpoints) -> Document:
    """Facts of the settings below: a disabled account is refused also with an SSH key (`expire`, `ad`); the idle timeout is below
    the 350 s after which a network load balancer forgets a flow, which would take sssd offline for about 80 s.

    With LdapAccessFilter ParallelCluster sets `access_provider` to `ldap` itself, and what stands here last of all (3.16, recipe
    `directory_service`); `DomainName` takes no container, hence `ldap_search_base`.
    """
    return {
        "DomainName": directory.domain_name,
        "DomainAddr": directory.uri,
        "PasswordSecretArn": directory.secret_arn,
        "DomainReadOnlyUser": directory.read_only_user,
        "LdapTlsReqCert": "hard",
        **only(LdapTlsCaCert=CA_FILE if directory.ca_certificate_uri is not None else None),
        **only(LdapAccessFilter=directory.access_filter),
        "GenerateSshKeysForUsers": directory.generate_ssh_keys,
        "AdditionalSssdConfigs": {
            "override_homedir": "/home/%u",
            "ignore_group_members": "True",
            "ldap_connection_idle_timeout": "300",
            # Where the directory tool puts public keys; sss_ssh_authorizedkeys on a node reads them there.
            "ldap_user_ssh_public_key": "altSecurityIdentities",
            "access_provider": "ldap",
            "ldap_access_order": "filter, expire" if directory.access_filter else "expire",
            "ldap_account_expire_policy": "ad",
            **only(ldap_search_base=directory.search_base),
        },
    }
