"""The cluster's document, one file a section."""

from planning.cluster.document import cluster_document as cluster_document
from planning.endpoints import DirectoryEndpoints as DirectoryEndpoints
from planning.endpoints import Endpoints as Endpoints
from planning.endpoints import NodeGroups as NodeGroups
from planning.node_actions.ca_certificate import CA_FILE as CA_FILE
