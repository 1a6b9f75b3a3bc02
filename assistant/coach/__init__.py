"""What people come for: one module a job, and the service that screens and commands talk to."""
