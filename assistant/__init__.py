"""The coach: everything Eyelevel knows and does, without any screen or command line."""
