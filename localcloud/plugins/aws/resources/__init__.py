"""One module an AWS service; `ALL` in each lists its resource types."""
