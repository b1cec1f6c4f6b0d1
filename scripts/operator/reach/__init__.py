"""Ways to the jump host: SSH, and Systems Manager's Run Command. What both offer is in channel.py."""
