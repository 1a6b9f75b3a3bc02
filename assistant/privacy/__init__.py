"""Names and numbers of people in texts: found, replaced before a text leaves this machine, and put back after."""
