"""What is there, what is wanted, and what follows: pure functions without a connection."""
