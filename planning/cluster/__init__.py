"""The cluster's document, one file a section."""

from planning.cluster.document import cluster_document as cluster_document
from planning.cluster.endpoints import DirectoryEndpoints as DirectoryEndpoints
from planning.cluster.endpoints import Endpoints as Endpoints
from planning.cluster.endpoints import NodeGroups as NodeGroups
from planning.cluster.parts import CA_FILE as CA_FILE
