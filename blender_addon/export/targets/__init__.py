"""The engines and formats that an export can be for: one file of data each."""
