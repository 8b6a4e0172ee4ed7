"""What a file really is, and whether it may be kept: formats, a child process for each file, the virus scan."""
