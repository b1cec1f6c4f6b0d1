"""Machines for the emulated AWS: instances that boot, as containers with a disk, a network and a control group of their own.

`image` makes the root file system, `hypervisor` starts and ends machines, `cleanup` finds all that is left of them, `node/` is
what runs inside. Nothing here knows moto: `localcloud.emulator.booted` joins the two.
"""
