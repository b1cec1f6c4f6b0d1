"""What the caller wants: options, series and files, checked whole before the first connection."""
