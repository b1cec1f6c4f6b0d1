"""The domain controllers' own program: makes an Ubuntu machine one of the two controllers of the team's domain, and keeps it so.

Runs on the controllers with the operating system's Python, packed into one file by bundle.py. It imports Samba's bindings and
boto3 inside functions only, because it installs both.
"""
