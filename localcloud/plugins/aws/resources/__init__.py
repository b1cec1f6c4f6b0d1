"""One module a subject of an AWS service; `ALL` in each lists its resource types."""

from types import ModuleType

from localcloud.plugins.aws.resources import (
    directoryservice,
    ec2_instance,
    ec2_key_pair,
    ec2_network,
    ec2_prefix_list,
    ec2_routing,
    ec2_security_groups,
    ec2_vpc_endpoint,
    efs,
    iam,
    logs,
    rds_groups,
    rds_instance,
    route53,
    s3_bucket,
    s3_bucket_settings,
    s3_object,
    secretsmanager,
)

MODULES: tuple[ModuleType, ...] = (
    directoryservice,
    ec2_instance,
    ec2_key_pair,
    ec2_network,
    ec2_prefix_list,
    ec2_routing,
    ec2_security_groups,
    ec2_vpc_endpoint,
    efs,
    iam,
    logs,
    rds_groups,
    rds_instance,
    route53,
    s3_bucket,
    s3_bucket_settings,
    s3_object,
    secretsmanager,
)
