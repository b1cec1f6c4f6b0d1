"""The Pulumi provider `parallelcluster`: AWS ParallelCluster's clusters and images as resources. Imports nothing of the project."""
