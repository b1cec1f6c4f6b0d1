"""The stand-in for pulumi-aws: the resource types and functions that this project's program uses, through botocore."""
