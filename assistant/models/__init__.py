"""Every model, each built in exactly one place. Provider libraries are imported nowhere else."""
