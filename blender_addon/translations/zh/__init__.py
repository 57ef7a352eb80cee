"""The interface in simplified Chinese, by its English."""
