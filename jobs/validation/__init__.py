"""What `cordon validate` does around `engine.validation`: the run, the report and its files."""
