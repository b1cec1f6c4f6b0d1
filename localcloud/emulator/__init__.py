"""The AWS emulator: moto, with what the real ParallelCluster needs beyond it. Run by `python -m localcloud.emulator`."""
