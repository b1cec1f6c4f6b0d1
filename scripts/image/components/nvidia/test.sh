nvidia-smi --query-gpu=name,driver_version --format=csv,noheader || fail "nvidia-smi finds no GPU or no driver"
