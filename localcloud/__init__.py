"""The embedded local cloud: engine, plugin stand-ins, AWS emulator, directory, jump host. The program knows nothing of it."""
