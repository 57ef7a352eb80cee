"""The engines and formats that an export can be for, as data."""
