"""What runs inside machines: stand-ins for cloud-init, cfn-*, and the recipes and scripts of ParallelCluster's cookbook.

Each keeps the contract of what it stands for: the same commands, files, order, messages and exit codes. Only the standard library
and what the node's cookbook_virtualenv holds (boto3, PyYAML, requests); nothing of the rest of this project is there.
"""
