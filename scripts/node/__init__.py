"""Programs that cluster nodes run as ParallelCluster's custom actions, with the standard library of Python 3.9 and newer only."""
